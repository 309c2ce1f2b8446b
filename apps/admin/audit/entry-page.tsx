/** One entry of the ledger: who, what, before and after, and its place in its chain. */
import { ROUTES } from '@totem/api';
import { LoadingState } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import { useSight } from '../data/names.ts';
import { useRead } from '../data/queries.ts';
import { Changes } from '../parts/changes.tsx';
import { Card, Facts, Page } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';

export function EntryPage({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const { siteName, instant, format } = useSight();
  const read = useRead(ROUTES.getEntry, { params: { id: id as never } });
  const entry = read.data;
  const title = entry === undefined ? t('audit.one') : t(`action.${entry.action}`, entry.action);
  return (
    <Page title={title} back={{ href: '/audit', label: t('nav.audit') }} isNarrow>
      {read.error !== null && <Problem error={read.error} onRetry={() => void read.refetch()} />}
      {read.isPending && <LoadingState />}
      {entry !== undefined && (
        <>
          <Card title={t('audit.one')}>
            <Facts
              facts={[
                [t('audit.when'), instant(entry.occurredAt)],
                [t('audit.received'), instant(entry.receivedAt)],
                [t('audit.who'), entry.userName ?? t('audit.cloud')],
                [t('list.site'), siteName(entry.siteId)],
                [t('audit.entity'), t(`entity.${entry.entity}`, entry.entity)],
                [t('audit.entityId'), entry.entityId],
                ...(entry.clockSuspect ? [[t('audit.clock'), t('audit.clockSuspect')] as const] : []),
              ]}
            />
          </Card>
          <Card title={t('audit.changes')}>
            <EntryData data={entry.data} />
          </Card>
          <Card title={t('audit.chain')} lead={t('audit.chainLead')}>
            <Facts
              facts={[
                [t('audit.position'), format.number(entry.position)],
                [t('audit.seq'), format.number(entry.seq)],
                [t('audit.origin'), entry.origin],
                [t('audit.hash'), <code key="hash">{entry.hash}</code>],
                [t('audit.prevHash'), <code key="prev">{entry.prevHash}</code>],
              ]}
            />
          </Card>
        </>
      )}
    </Page>
  );
}

/** What was and what became, where the entry says both; else all that it says. */
function EntryData({ data }: { readonly data: Readonly<Record<string, unknown>> }) {
  const { before, after, ...others } = data;
  const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
    typeof value === 'object' && value !== null;
  return (
    <>
      {(isRecord(before) || isRecord(after)) && (
        <Changes before={isRecord(before) ? before : undefined} after={isRecord(after) ? after : undefined} />
      )}
      {(Object.keys(others).length > 0 || (!isRecord(before) && !isRecord(after))) && (
        <Changes before={undefined} after={others} />
      )}
    </>
  );
}
