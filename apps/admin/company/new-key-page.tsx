/** A new key: what it is for, what it may do, where, and until when. Once made it is shown, this once. */
import { Button, TextInput } from '@mantine/core';
import { ROUTES } from '@totem/api';
import { KEY_SCOPES } from '@totem/domain';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useApi } from '../data/api.ts';
import { endOfDay } from '../data/days.ts';
import { useSight } from '../data/names.ts';
import { useStale } from '../data/queries.ts';
import type { FieldProps, FormSection } from '../forms/field.ts';
import { ResourceForm } from '../forms/resource-form.tsx';
import { Card, Page } from '../parts/page.tsx';
import { siteChoices } from '../resources/choices.ts';
import { ShownOnce } from './webhook-secret.tsx';

const SECTIONS: readonly FormSection[] = [
  {
    name: 'what',
    fields: [
      { path: 'name', kind: 'text' },
      { path: 'expiresAt', kind: 'own', isNullable: true, render: (props) => <EndDay {...props} /> },
      {
        path: 'scopes',
        kind: 'many',
        choices: ({ t }) =>
          KEY_SCOPES.map((value) => ({ value, label: t(`scope.${value.replace('.', '_')}`) })),
      },
      { path: 'siteIds', kind: 'many', isNullable: true, choices: siteChoices, allLabel: 'shell.allSites' },
    ],
  },
];

export function NewKeyPage() {
  const { t } = useTranslation();
  const api = useApi();
  const stale = useStale();
  const sight = useSight();
  const [key, setKey] = useState<string | undefined>();
  const back = { href: '/keys', label: t('nav.keys') };
  if (key !== undefined) {
    return (
      <Page title={t('key.made')} back={back} isNarrow>
        <Card>
          <ShownOnce secret={key} />
        </Card>
        <Button component={Link} href="/keys" size="md" w="fit-content">
          {t('secondFactor.done')}
        </Button>
      </Page>
    );
  }
  return (
    <Page title={t('key.new')} back={back} isNarrow>
      <ResourceForm
        form="key"
        sections={SECTIONS}
        start={{ values: { name: '', scopes: [], siteIds: null, expiresAt: null }, version: undefined }}
        route={ROUTES.createApiKey}
        sight={sight}
        save={async (body) => {
          const made = await api.call(ROUTES.createApiKey, { body } as never);
          await stale(ROUTES.listApiKeys.path);
          setKey(made.key);
          return { values: body, version: made.version };
        }}
      />
    </Page>
  );
}

/** The last day on which it counts. */
function EndDay({ label, hint, error, isDisabled, onChange }: FieldProps) {
  const [day, setDay] = useState('');
  return (
    <TextInput
      type="date"
      size="md"
      label={label}
      description={hint}
      error={error}
      disabled={isDisabled}
      value={day}
      onChange={(event) => {
        setDay(event.currentTarget.value);
        onChange(endOfDay(event.currentTarget.value) ?? null);
      }}
    />
  );
}
