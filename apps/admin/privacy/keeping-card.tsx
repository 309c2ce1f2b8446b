/** For how long people and tickets are kept. */
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { LoadingState } from '@totem/ui';
import { useApi } from '../data/api.ts';
import { useSight } from '../data/names.ts';
import { useRead, useStale } from '../data/queries.ts';
import type { Draft, FormSection } from '../forms/field.ts';
import { ResourceForm, type Saved } from '../forms/resource-form.tsx';
import { Problem } from '../parts/problem.tsx';

type Tenant = AnswerOf<Routes['getTenant']>;

const SECTIONS: readonly FormSection[] = [
  {
    name: 'keeping',
    fields: [
      { path: 'peopleKeptDays', kind: 'number' },
      { path: 'ticketsKeptDays', kind: 'number' },
    ],
  },
];

const savedOf = ({ version, peopleKeptDays, ticketsKeptDays }: Tenant): Saved => ({
  values: { peopleKeptDays, ticketsKeptDays } as Draft,
  version,
});

export function KeepingCard() {
  const api = useApi();
  const stale = useStale();
  const sight = useSight();
  const read = useRead(ROUTES.getTenant, {});
  if (read.error !== null) return <Problem error={read.error} onRetry={() => void read.refetch()} />;
  if (read.data === undefined) return <LoadingState />;
  return (
    <ResourceForm
      form="privacy"
      sections={SECTIONS}
      start={savedOf(read.data)}
      route={ROUTES.updateTenant}
      sight={sight}
      save={async (body, version) => {
        const saved = await api.call(ROUTES.updateTenant, { body, version } as never);
        await stale(ROUTES.getTenant.path);
        return savedOf(saved as Tenant);
      }}
      reload={async () => savedOf(await api.call(ROUTES.getTenant, {}))}
    />
  );
}
