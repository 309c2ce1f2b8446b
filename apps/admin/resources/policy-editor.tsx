/** In which order people are called: by the policy's name, with the numbers that it needs. */
import { Fieldset, NativeSelect, NumberInput } from '@mantine/core';
import { POLICY_NAMES, type PolicyName, RATIO_TURNS_MAX } from '@totem/domain';
import { useTranslation } from 'react-i18next';
import type { FieldProps } from '../forms/field.ts';
import formsCss from '../forms/forms.module.css';

interface Policy {
  readonly name: PolicyName;
  readonly preferential?: number;
  readonly normal?: number;
  readonly appointments: unknown;
}

const RATIO_DEFAULT = { preferential: 1, normal: 2 };

/** Whose order holds where none is chosen here; of the company itself, the order of arrival within the priorities. */
type Inherited = 'ofCompany' | 'ofSite' | 'strict';

interface PolicyEditorProps extends FieldProps {
  readonly inherited: Inherited;
}

export function PolicyEditor({
  inherited,
  label,
  hint,
  error,
  value,
  isDisabled,
  onChange,
}: PolicyEditorProps) {
  const { t } = useTranslation();
  const policy = typeof value === 'object' && value !== null ? (value as Policy) : undefined;
  const choose = (name: string): void => {
    const appointments = policy?.appointments ?? null;
    onChange(name === '' ? null : { name, ...(name === 'ratio' ? RATIO_DEFAULT : {}), appointments });
  };
  const turns = (side: 'preferential' | 'normal') => (
    <NumberInput
      size="md"
      label={t(`policy.${side}`)}
      min={1}
      max={RATIO_TURNS_MAX}
      allowDecimal={false}
      value={policy?.[side] ?? ''}
      onChange={(next) => onChange({ ...policy, [side]: typeof next === 'number' ? next : null })}
    />
  );
  return (
    <Fieldset legend={label} className={formsCss.group ?? ''} disabled={isDisabled}>
      {hint !== undefined && <p className={formsCss.hint}>{hint}</p>}
      <div className={formsCss.languages}>
        <NativeSelect
          size="md"
          label={t('policy.name')}
          value={policy?.name ?? ''}
          data={[
            { value: '', label: t(`policy.inherited.${inherited}`) },
            ...POLICY_NAMES.map((name) => ({ value: name, label: t(`policy.is.${name}`) })),
          ]}
          onChange={(event) => choose(event.currentTarget.value)}
        />
        {policy?.name === 'ratio' && turns('preferential')}
        {policy?.name === 'ratio' && turns('normal')}
      </div>
      {policy !== undefined && <p className={formsCss.hint}>{t(`policy.means.${policy.name}`)}</p>}
      {error !== undefined && <p className={formsCss.fault}>{error}</p>}
    </Fieldset>
  );
}
