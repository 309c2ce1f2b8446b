/** One configured thing, new or known, on a page of its own. */
import { Alert } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { LoadingState } from '@totem/ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { useApi } from '../data/api.ts';
import { type Sight, useSight } from '../data/names.ts';
import { useRead, useStale } from '../data/queries.ts';
import type { Draft } from '../forms/field.ts';
import { ResourceForm, type Saved } from '../forms/resource-form.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Page } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';
import { useMe } from '../session/me.ts';
import { useSite } from '../shell/site-choice.ts';
import type { Configured, ResourceSpec } from './resource.ts';

interface ResourcePageProps<V extends Configured> {
  readonly spec: ResourceSpec<V>;
  /** Of a known one. */
  readonly id: string;
}

export function ResourcePage<V extends Configured>({ spec, id }: ResourcePageProps<V>) {
  const { form, path, routes } = spec;
  const { t } = useTranslation();
  const sight = useSight();
  const often = spec.everyMs === undefined ? {} : { everyMs: spec.everyMs };
  const read = useRead(routes.get, { params: { id } } as never, often);
  const row = read.data as unknown as V | undefined;
  const back = { href: path, label: t(`${form}.title`) };
  if (row === undefined) {
    return (
      <Page title={t(`${form}.one`)} back={back} isNarrow>
        {read.error === null ? (
          <LoadingState />
        ) : (
          <Problem error={read.error} onRetry={() => void read.refetch()} />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={spec.nameOf(row, sight)}
      lead={t(`${form}.one`)}
      back={back}
      isNarrow={spec.preview === undefined}
    >
      {row.deletedAt !== null && (
        <Alert data-tone="calm" variant="light" icon={<IconInfoCircle aria-hidden />}>
          {t('form.removed', { at: sight.instant(row.deletedAt) })}
        </Alert>
      )}
      {row.deletedAt === null && spec.before?.(row)}
      {/* A page keeps the form of the row it began with: what others save meanwhile is found out when it is sent. */}
      <KnownForm key={id} spec={spec} row={row} />
      {row.deletedAt === null ? spec.after?.(row) : spec.afterRemoved?.(row)}
    </Page>
  );
}

function KnownForm<V extends Configured>({ spec, row }: { readonly spec: ResourceSpec<V>; readonly row: V }) {
  const { form, routes, path } = spec;
  const { t } = useTranslation();
  const { may } = useMe();
  const api = useApi();
  const sight = useSight();
  const stale = useStale();
  const [, navigate] = useLocation();
  const [isRemoving, setIsRemoving] = useState(false);
  const [version, setVersion] = useState(row.version);
  const { id } = row;
  const isGone = row.deletedAt !== null;
  const savedOf = (from: V): Saved => ({
    values: spec.valuesOf?.(from) ?? (from as unknown as Draft),
    version: from.version,
  });
  return (
    <>
      <ResourceForm
        form={form}
        sections={spec.sections}
        start={savedOf(row)}
        route={routes.update}
        sight={sight}
        isReadOnly={isGone || !may(spec.writes)}
        aside={previewOf(spec, sight)}
        save={async (body, at) => {
          const next = (await api.call(routes.update, { params: { id }, body, version: at } as never)) as V;
          setVersion(next.version);
          await stale(routes.list.path);
          return savedOf(next);
        }}
        reload={async () => savedOf((await api.call(routes.get, { params: { id } } as never)) as V)}
        onRemove={!isGone && may(spec.removes ?? spec.writes) ? () => setIsRemoving(true) : undefined}
      />
      <Confirm
        opened={isRemoving}
        title={t(`${form}.removeHeading`, { name: spec.nameOf(row, sight) })}
        lead={t(`${form}.removeLead`)}
        act={t(`${form}.remove`)}
        isDangerous
        onClose={() => setIsRemoving(false)}
        onConfirm={async () => {
          await api.call(routes.remove, {
            params: { id },
            version: Math.max(version, row.version),
          } as never);
          await stale(routes.list.path);
          navigate(path);
        }}
      />
    </>
  );
}

function previewOf<V extends Configured>({ preview }: ResourceSpec<V>, sight: Sight) {
  return preview === undefined ? undefined : (draft: Draft) => preview(draft, sight);
}

export function NewResourcePage<V extends Configured>({ spec }: { readonly spec: ResourceSpec<V> }) {
  const { form, path, routes } = spec;
  const { t } = useTranslation();
  const api = useApi();
  const sight = useSight();
  const stale = useStale();
  const { siteId } = useSite();
  const [, navigate] = useLocation();
  return (
    <Page
      title={t(`${form}.new`)}
      back={{ href: path, label: t(`${form}.title`) }}
      isNarrow={spec.preview === undefined}
    >
      <ResourceForm
        form={form}
        sections={spec.sections}
        start={{ values: spec.start(siteId), version: undefined }}
        route={routes.create}
        sight={sight}
        aside={previewOf(spec, sight)}
        save={async (body) => {
          const made = (await api.call(routes.create, { body } as never)) as V;
          await stale(routes.list.path);
          navigate(`${path}/${made.id}`);
          return { values: made as unknown as Draft, version: made.version };
        }}
      />
    </Page>
  );
}
