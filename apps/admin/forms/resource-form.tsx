/**
 * The form of one configured thing, new or known: judged by the contract before it is sent, sent as what has changed, and put
 * together with what somebody else has saved meanwhile.
 */
import { Button } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { Route } from '@totem/api';
import { asDoorError } from '@totem/ui';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { refusedFields } from '../data/api.ts';
import type { Sight } from '../data/names.ts';
import { Problem } from '../parts/problem.tsx';
import { bodyOf, changedMembers, type Draft, type FormSection } from './field.ts';
import { FormFields } from './form-fields.tsx';
import css from './forms.module.css';
import { type MergeField, merged, theirChanges } from './merge.ts';
import { MergeDialog } from './merge-dialog.tsx';
import { type FieldErrors, faultsOf, refusalsOf } from './validate.ts';

/** What is there, and its version; a version of nothing is a new thing. */
export interface Saved {
  readonly values: Draft;
  readonly version: number | undefined;
}

interface ResourceFormProps {
  readonly form: string;
  readonly sections: readonly FormSection[];
  readonly start: Saved;
  /** Whose schema judges the body. */
  readonly route: Route;
  readonly sight: Sight;
  readonly isReadOnly?: boolean;
  /** Sends. @throws DoorError */
  save(body: Draft, version: number | undefined): Promise<Saved>;
  /** What is there now, when somebody else was quicker. @throws DoorError */
  reload?(): Promise<Saved>;
  readonly onRemove?: (() => void) | undefined;
  /** Beside or below the fields. */
  readonly aside?: ((draft: Draft) => ReactNode) | undefined;
}

interface Clash {
  readonly theirs: Saved;
  readonly changes: readonly MergeField[];
}

export function ResourceForm(props: ResourceFormProps) {
  const { form, sections, start, sight, isReadOnly = false, onRemove, aside } = props;
  const { t } = useTranslation();
  const element = useRef<HTMLFormElement>(null);
  const state = useFormState(props, () => focusFirstFault(element.current));
  const { draft, isChanged, isBusy, isSaved, error, errors, clash } = state;
  const isNew = start.version === undefined;
  useLeaveGuard(isChanged && !isReadOnly);
  return (
    <form ref={element} className={css.form} noValidate onSubmit={(event) => void state.submit(event)}>
      <div className={css.columns} data-two={aside !== undefined || undefined}>
        <div className={css.form}>
          <FormFields
            form={form}
            sections={sections}
            draft={draft}
            isNew={isNew}
            isDisabled={isReadOnly}
            errors={errors}
            sight={sight}
            onChange={state.change}
          />
        </div>
        {aside !== undefined && <div className={css.aside}>{aside(draft)}</div>}
      </div>
      {error !== undefined && <Problem error={error} />}
      {!isReadOnly && (
        <div className={css.bar}>
          <div className={css.barSide}>
            {onRemove !== undefined && (
              <Button
                variant="default"
                size="md"
                data-danger
                leftSection={<IconTrash size={18} aria-hidden />}
                onClick={onRemove}
              >
                {t(`${form}.remove`)}
              </Button>
            )}
          </div>
          <div className={css.barSide}>
            <span role="status" className={css.saved}>
              {isSaved && !isChanged ? t('form.saved') : ''}
            </span>
            {isChanged && !isNew && (
              <Button variant="default" size="md" onClick={state.reset}>
                {t('form.reset')}
              </Button>
            )}
            <Button type="submit" size="md" loading={isBusy}>
              {isNew ? t('form.create') : t('form.save')}
            </Button>
          </div>
        </div>
      )}
      {clash !== undefined && (
        <MergeDialog
          form={form}
          changes={clash.changes}
          sight={sight}
          onMerge={(keepMine) => void state.merge(keepMine)}
          onClose={state.closeClash}
        />
      )}
    </form>
  );
}

function useFormState(props: ResourceFormProps, onFault: () => void) {
  const { sections, start, route, save, reload } = props;
  const { t } = useTranslation();
  const [saved, setSaved] = useState<Saved>(start);
  const [draft, setDraft] = useState<Draft>(start.values);
  const [errors, setErrors] = useState<FieldErrors>({});
  const [error, setError] = useState<unknown>();
  const [isBusy, setIsBusy] = useState(false);
  const [isSaved, setIsSaved] = useState(false);
  const [clash, setClash] = useState<Clash | undefined>();
  const isNew = saved.version === undefined;
  const all = sections.flatMap((section) => section.fields);
  const sent = all.filter((field) => isNew || field.isOnlyNew !== true);
  const shown = (from: Draft) => sent.filter((field) => field.isShown?.(from) ?? true);
  const changesOf = (from: Draft, base: Saved): Draft =>
    base.version === undefined
      ? bodyOf(shown(from), from)
      : changedMembers(bodyOf(sent, base.values), bodyOf(sent, from));

  const collide = async (mine: Draft, base: Saved): Promise<void> => {
    if (reload === undefined) return;
    const theirs = await reload();
    const changes = theirChanges(sent, base.values, mine, theirs.values);
    setClash({ theirs, changes });
  };
  const send = async (next: Draft, base: Saved): Promise<void> => {
    const body = changesOf(next, base);
    const isUnchanged = Object.keys(body).length === 0 && base.version !== undefined;
    const faults = isUnchanged ? {} : faultsOf(route, body, all, t);
    setErrors(faults);
    setError(undefined);
    if (Object.keys(faults).length > 0) return onFault();
    setIsBusy(true);
    try {
      const now = isUnchanged ? base : await save(body, base.version);
      setSaved(now);
      setDraft(now.values);
      setIsSaved(true);
    } catch (thrown) {
      if (asDoorError(thrown).code === 'version_conflict') await collide(next, base).catch(setError);
      else setError(thrown);
      setErrors(refusalsOf(refusedFields(thrown), all, t));
    }
    setIsBusy(false);
  };
  return {
    draft,
    errors,
    error,
    isBusy,
    isSaved,
    clash,
    isChanged: Object.keys(isNew ? changedMembers(start.values, draft) : changesOf(draft, saved)).length > 0,
    change: (next: Draft) => {
      setDraft(next);
      setIsSaved(false);
    },
    reset: () => {
      setDraft(saved.values);
      setErrors({});
      setError(undefined);
    },
    submit: (event: FormEvent): Promise<void> => {
      event.preventDefault();
      return isBusy ? Promise.resolve() : send(draft, saved);
    },
    merge: (keepMine: ReadonlySet<string>): Promise<void> => {
      if (clash === undefined) return Promise.resolve();
      const next = merged(clash.changes, draft, keepMine);
      setClash(undefined);
      setSaved(clash.theirs);
      setDraft(next);
      return send(next, clash.theirs);
    },
    closeClash: () => setClash(undefined),
  };
}

/** Moves to the first field that is at fault, once it says so. */
function focusFirstFault(form: HTMLFormElement | null): void {
  requestAnimationFrame(() => form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}

/** The browser asks before a tab with unsaved words is closed. */
function useLeaveGuard(isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [isOn]);
}
