/** All branches as they are now: where people wait too long, where nobody serves, which totems are away. */
import { NativeSelect } from '@mantine/core';
import { ROUTES } from '@totem/api';
import { type Format, LoadingState, useFormat } from '@totem/ui';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../data/queries.ts';
import { type Column, DataTable } from '../lists/data-table.tsx';
import { Figures } from '../parts/figures.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Card, Page } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';
import { Status } from '../parts/status.tsx';
import { useSite } from '../shell/site-choice.ts';
import { orderedBy, SITE_ORDERS, type SiteNow, type SiteOrder, summed, troublesOf } from './site-now.ts';

const LOOK_EVERY_MS = 5_000;

export function OverviewPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { siteId } = useSite();
  const [order, setOrder] = useState<SiteOrder>('trouble');
  const read = useRead(ROUTES.getOverview, {}, { everyMs: LOOK_EVERY_MS });
  const all = read.data?.sites ?? [];
  const now = Date.parse(read.data?.at ?? '1970-01-01T00:00:00Z');
  const sites = orderedBy(
    order,
    all.filter((site) => siteId === undefined || site.siteId === siteId),
    now,
    format.locale,
  );
  const lead = read.data === undefined ? t('overview.lead') : t('overview.asOf', { time: format.time(now) });
  return (
    <Page title={t('nav.overview')} lead={lead}>
      {read.error !== null && <Problem error={read.error} onRetry={() => void read.refetch()} />}
      {read.isPending && <LoadingState />}
      {read.data !== undefined && (
        <>
          <Totals sites={sites} now={now} />
          <Card
            isFlush
            title={t('overview.branches')}
            aside={
              <NativeSelect
                size="md"
                aria-label={t('overview.order')}
                value={order}
                data={SITE_ORDERS.map((value) => ({ value, label: t(`overview.by.${value}`) }))}
                onChange={(event) => setOrder(event.currentTarget.value as SiteOrder)}
              />
            }
          >
            {sites.length === 0 ? (
              <Nothing title={t('site.none')} hint={t('site.noneHint')} />
            ) : (
              <DataTable
                label={t('overview.branches')}
                columns={columnsOf(t, format, now)}
                rows={sites}
                keyOf={(site) => site.siteId}
                hrefOf={(site) => `/sites/${site.siteId}`}
              />
            )}
          </Card>
        </>
      )}
    </Page>
  );
}

function Totals({ sites, now }: { readonly sites: readonly SiteNow[]; readonly now: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const sums = summed(sites);
  const longest = sums.longestWaitSince;
  return (
    <Figures
      figures={[
        { name: t('overview.waiting'), value: format.number(sums.waiting) },
        {
          name: t('overview.longest'),
          value: longest === null ? '—' : format.minutes(now - Date.parse(longest)),
        },
        {
          name: t('overview.overTarget'),
          value: format.number(sums.overTarget),
          isAlarming: sums.overTarget > 0,
        },
        { name: t('overview.inService'), value: format.number(sums.inService + sums.called) },
        { name: t('overview.countersOpen'), value: `${sums.countersOpen} / ${sums.counters}` },
        {
          name: t('overview.totemsAway'),
          value: format.number(sums.devicesAway),
          isAlarming: sums.devicesAway > 0,
        },
      ]}
    />
  );
}

function columnsOf(t: TFunction, format: Format, now: number): readonly Column<SiteNow>[] {
  return [
    { name: 'name', label: t('list.site'), cell: ({ name }) => name },
    {
      name: 'waiting',
      label: t('overview.waiting'),
      cell: ({ waiting }) => format.number(waiting),
      isNumeric: true,
    },
    {
      name: 'longest',
      label: t('overview.longest'),
      cell: ({ longestWaitSince: since }) => (since === null ? '—' : format.minutes(now - Date.parse(since))),
      isNumeric: true,
      isSecondary: true,
    },
    {
      name: 'target',
      label: t('overview.target'),
      cell: ({ waitTargetMinutes }) => format.minutes(waitTargetMinutes * 60_000),
      isNumeric: true,
      isSecondary: true,
    },
    {
      name: 'service',
      label: t('overview.inService'),
      cell: ({ called, inService }) => format.number(called + inService),
      isNumeric: true,
      isSecondary: true,
    },
    {
      name: 'counters',
      label: t('overview.countersOpen'),
      cell: ({ countersOpen, counters }) => `${countersOpen} / ${counters}`,
      isNumeric: true,
      isSecondary: true,
    },
    {
      name: 'devices',
      label: t('overview.totems'),
      cell: ({ devices: { online, offline, maintenance, suspended } }) =>
        `${online} / ${online + offline + maintenance + suspended}`,
      isNumeric: true,
      isSecondary: true,
    },
    {
      name: 'trouble',
      label: t('overview.state'),
      cell: (site) => {
        const [worst] = troublesOf(site);
        if (worst === undefined) return <Status tone="good">{t('overview.fine')}</Status>;
        const { name, count, isGrave } = worst;
        return (
          <Status tone={isGrave ? 'danger' : 'warning'}>{t(`overview.trouble.${name}`, { count })}</Status>
        );
      },
    },
  ];
}
