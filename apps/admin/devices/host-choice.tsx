/** The totem that a printer or terminal hangs on: one of its own site. */
import { NativeSelect } from '@mantine/core';
import { ROUTES } from '@totem/api';
import { useTranslation } from 'react-i18next';
import { useAll } from '../data/queries.ts';
import type { FieldProps } from '../forms/field.ts';

export function HostChoice({ label, hint, error, value, isDisabled, draft, onChange }: FieldProps) {
  const { t } = useTranslation();
  const siteId = typeof draft.siteId === 'string' ? draft.siteId : '';
  const totems = useAll(ROUTES.listEquipment, { siteId, type: 'totem' }, { enabled: siteId !== '' });
  return (
    <NativeSelect
      size="md"
      label={label}
      description={hint}
      error={error}
      disabled={isDisabled}
      value={typeof value === 'string' ? value : ''}
      data={[
        { value: '', label: t('form.none') },
        ...(totems.data ?? []).map(({ id, identifier }) => ({ value: id, label: identifier })),
      ]}
      onChange={(event) => onChange(event.currentTarget.value === '' ? null : event.currentTarget.value)}
    />
  );
}
