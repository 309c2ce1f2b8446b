/** What all reports share: the site and the days that they are of, what stands above them, and the way from one to another. */
import { Button, TextInput } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { LoadingState } from '@totem/ui';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { dayAgo } from '../data/days.ts';
import { useSight } from '../data/names.ts';
import { type Filters, useFilters } from '../lists/filters.tsx';
import { Page } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';
import { useSite } from '../shell/site-choice.ts';
import css from './reports.module.css';

const MONTH_DAYS = 29;
const REPORTS = [
  ['queue', '/reports'],
  ['takings', '/reports/takings'],
] as const;

export interface ReportSpan {
  /** Empty while no site is known. */
  readonly siteId: string;
  readonly from: string;
  readonly to: string;
  /** Whether it can be asked for. */
  readonly isWhole: boolean;
  readonly filters: Filters;
}

/** The site in view, or the first; the days that the address names, or the last thirty. */
export function useReportSpan(more: readonly string[] = []): ReportSpan {
  const sight = useSight();
  const { siteId } = useSite();
  const filters = useFilters(['from', 'to', ...more]);
  const from = filters.values.from ?? dayAgo(MONTH_DAYS);
  const to = filters.values.to ?? dayAgo(0);
  const site = siteId ?? sight.sites[0]?.value;
  return { siteId: site ?? '', from, to, isWhole: site !== undefined && from <= to, filters };
}

interface ReportPageProps {
  readonly span: ReportSpan;
  /** Beside the way onto paper. */
  readonly actions: ReactNode;
  /** Beside the days. */
  readonly tools?: ReactNode;
  readonly read: { readonly isPending: boolean; readonly error: unknown; refetch(): unknown };
  readonly children: ReactNode;
}

export function ReportPage({ span, actions, tools, read, children }: ReportPageProps) {
  const { t } = useTranslation();
  const { siteName } = useSight();
  const { siteId, from, to, isWhole, filters } = span;
  return (
    <Page
      title={t('nav.reports')}
      lead={siteId === '' ? undefined : t('report.of', { site: siteName(siteId) })}
      actions={
        <>
          {actions}
          <Button
            variant="default"
            size="md"
            leftSection={<IconPrinter size={18} aria-hidden />}
            onClick={() => print()}
          >
            {t('report.print')}
          </Button>
        </>
      }
    >
      <Kinds from={from} to={to} />
      <search className={css.tools} aria-label={t('list.filters')}>
        <TextInput
          type="date"
          size="md"
          label={t('list.from')}
          value={from}
          onChange={(event) => filters.set('from', event.currentTarget.value)}
        />
        <TextInput
          type="date"
          size="md"
          label={t('list.to')}
          value={to}
          error={from <= to ? undefined : t('report.order')}
          onChange={(event) => filters.set('to', event.currentTarget.value)}
        />
        {tools}
      </search>
      {read.error !== null && <Problem error={read.error} onRetry={() => void read.refetch()} />}
      {isWhole && read.isPending && <LoadingState />}
      {children}
    </Page>
  );
}

/** From one report to the other, with the same days. */
function Kinds({ from, to }: Pick<ReportSpan, 'from' | 'to'>) {
  const { t } = useTranslation();
  const [location] = useLocation();
  return (
    <nav className={css.kinds} aria-label={t('report.kinds')}>
      {REPORTS.map(([name, path]) => (
        <Link
          key={name}
          className={css.kind}
          href={`${path}?${new URLSearchParams({ from, to })}`}
          aria-current={location === path ? 'page' : undefined}
        >
          {t(`report.${name}`)}
        </Link>
      ))}
    </nav>
  );
}
