/** The picture of a service or a priority, of those that kiosks know. */
import { Fieldset } from '@mantine/core';
import { SERVICE_ICON_NAMES, ServiceIcon } from '@totem/ui';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldProps } from './field.ts';
import css from './forms.module.css';

export function IconChoice({ label, hint, error, value, isDisabled, onChange }: FieldProps) {
  const { t } = useTranslation();
  const name = useId();
  const option = (icon: string | null, said: string) => (
    <label key={icon ?? ''} className={css.icon} title={said}>
      <input
        type="radio"
        name={name}
        className={css.iconRadio}
        aria-label={said}
        checked={(value ?? null) === icon}
        onChange={() => onChange(icon)}
      />
      {icon === null ? <span aria-hidden>—</span> : <ServiceIcon name={icon} size={22} />}
    </label>
  );
  return (
    <Fieldset legend={label} className={css.group ?? ''} disabled={isDisabled}>
      {hint !== undefined && <p className={css.hint}>{hint}</p>}
      <div className={css.icons}>
        {option(null, t('form.none'))}
        {SERVICE_ICON_NAMES.map((icon) => option(icon, t(`icon.${icon}`)))}
      </div>
      {error !== undefined && <p className={css.fault}>{error}</p>}
    </Fieldset>
  );
}
