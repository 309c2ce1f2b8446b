/** The company itself: its name, its language, its colours, and what it asks of its admins. */
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { LoadingState } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import { useApi } from '../data/api.ts';
import { useSight } from '../data/names.ts';
import { useRead, useStale } from '../data/queries.ts';
import type { Draft, FormSection } from '../forms/field.ts';
import { ResourceForm, type Saved } from '../forms/resource-form.tsx';
import { Page } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';
import { languageChoices } from '../resources/choices.ts';
import { PolicyEditor } from '../resources/policy-editor.tsx';
import { BrandPreview } from './brand-preview.tsx';

type Tenant = AnswerOf<Routes['getTenant']>;

const SECTIONS: readonly FormSection[] = [
  {
    name: 'company',
    fields: [
      { path: 'name', kind: 'text' },
      { path: 'contactEmail', kind: 'email', isNullable: true },
      { path: 'locale', kind: 'choice', choices: languageChoices },
      { path: 'logoUrl', kind: 'text', isNullable: true },
    ],
  },
  {
    name: 'colours',
    fields: [
      { path: 'theme.primary', kind: 'colour', isOptional: true },
      { path: 'theme.background', kind: 'colour', isOptional: true },
    ],
  },
  {
    name: 'queue',
    fields: [
      {
        path: 'queuePolicy',
        kind: 'own',
        isNullable: true,
        isWide: true,
        render: (props) => <PolicyEditor {...props} inherited="strict" />,
      },
    ],
  },
  {
    name: 'safety',
    fields: [
      { path: 'requireSecondFactorForAdmins', kind: 'switch', isWide: true },
      { path: 'refundApprovalFromCents', kind: 'money', isNullable: true },
    ],
  },
];

const savedOf = (tenant: Tenant): Saved => ({ values: tenant as unknown as Draft, version: tenant.version });

export function BrandingPage() {
  const { t } = useTranslation();
  const api = useApi();
  const stale = useStale();
  const sight = useSight();
  const read = useRead(ROUTES.getTenant, {});
  return (
    <Page title={t('nav.branding')} lead={t('branding.lead.page')}>
      {read.error !== null && <Problem error={read.error} onRetry={() => void read.refetch()} />}
      {read.data === undefined ? (
        <LoadingState />
      ) : (
        <ResourceForm
          form="branding"
          sections={SECTIONS}
          start={savedOf(read.data)}
          route={ROUTES.updateTenant}
          sight={sight}
          aside={(draft) => <BrandPreview draft={draft} />}
          save={async (body, version) => {
            const saved = await api.call(ROUTES.updateTenant, { body, version } as never);
            await stale(ROUTES.getTenant.path);
            return savedOf(saved as Tenant);
          }}
          reload={async () => savedOf(await api.call(ROUTES.getTenant, {}))}
        />
      )}
    </Page>
  );
}
