/** Some of a list: boxes to tick, found by typing where there are many. */
import { Button, Checkbox, Fieldset, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Choice } from '../data/names.ts';
import type { FieldProps } from './field.ts';
import css from './forms.module.css';

const SEARCHED_FROM = 9;

interface ManyChoiceProps extends FieldProps {
  readonly choices: readonly Choice[];
  /** What nothing chosen means, where it means all: a key of the texts. */
  readonly allLabel?: string | undefined;
}

export function ManyChoice(props: ManyChoiceProps) {
  const { label, hint, error, value, isDisabled, choices, allLabel, onChange } = props;
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const chosen = Array.isArray(value) ? (value as string[]) : [];
  const wanted = typed.trim().toLocaleLowerCase();
  const shown = choices.filter((choice) => choice.label.toLocaleLowerCase().includes(wanted));
  const toggle = (one: string, isOn: boolean): void =>
    onChange(isOn ? [...chosen, one] : chosen.filter((other) => other !== one));
  return (
    <Fieldset legend={label} className={css.group ?? ''} disabled={isDisabled}>
      {hint !== undefined && <p className={css.hint}>{hint}</p>}
      <div className={css.manyHead}>
        <span role="status">
          {chosen.length === 0 && allLabel !== undefined
            ? t(allLabel)
            : t('form.chosen', { count: chosen.length })}
        </span>
        {chosen.length > 0 && (
          <Button variant="subtle" size="compact-md" mih={32} onClick={() => onChange([])}>
            {t('form.chooseNone')}
          </Button>
        )}
      </div>
      {choices.length >= SEARCHED_FROM && (
        <TextInput
          size="md"
          mb="xs"
          aria-label={t('form.findIn', { list: label })}
          placeholder={t('form.find')}
          leftSection={<IconSearch size={18} aria-hidden />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      <div className={css.many}>
        {shown.map((choice) => (
          <Checkbox
            key={choice.value}
            className={css.tick ?? ''}
            label={choice.label}
            checked={chosen.includes(choice.value)}
            onChange={(event) => toggle(choice.value, event.currentTarget.checked)}
          />
        ))}
        {shown.length === 0 && <p className={css.hint}>{t('form.noChoices')}</p>}
      </div>
      {error !== undefined && <p className={css.fault}>{error}</p>}
    </Fieldset>
  );
}
