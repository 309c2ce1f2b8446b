/** One ticket: what is so now, whose it is, and everything that happened to it. */
import { Button, Group } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { LoadingState } from '@totem/ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../data/api.ts';
import { useSight } from '../data/names.ts';
import { useAll, useRead } from '../data/queries.ts';
import { DataTable } from '../lists/data-table.tsx';
import { Changes } from '../parts/changes.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Card, Facts, Page } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';
import { useMe } from '../session/me.ts';
import { TicketState } from './ticket-state.tsx';

type Ticket = AnswerOf<Routes['getTicket']>;

export function TicketPage({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const params = { id: id as never };
  const read = useRead(ROUTES.getTicket, { params });
  const back = { href: '/tickets', label: t('nav.tickets') };
  if (read.data === undefined) {
    return (
      <Page title={t('ticket.one')} back={back}>
        {read.error === null ? (
          <LoadingState />
        ) : (
          <Problem error={read.error} onRetry={() => void read.refetch()} />
        )}
      </Page>
    );
  }
  return (
    <Page title={t('ticket.named', { code: read.data.code })} back={back}>
      <TicketFacts ticket={read.data} />
      <Person id={id} />
      <History id={id} />
    </Page>
  );
}

function TicketFacts({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useTranslation();
  const { siteName, serviceName, instant } = useSight();
  return (
    <Card title={t('ticket.now')} aside={<TicketState ticket={ticket} />}>
      <Facts
        facts={[
          [t('list.site'), siteName(ticket.siteId)],
          [t('list.service'), serviceName(ticket.serviceId)],
          [t('ticket.channel'), t(`channel.${ticket.channel}`)],
          [t('list.day'), ticket.businessDay],
          [t('ticket.party'), String(ticket.partySize)],
          [t('ticket.issued'), instant(ticket.issuedAt)],
          [t('ticket.called'), instant(ticket.calledAt)],
          [t('ticket.calls'), String(ticket.calls)],
          [t('ticket.started'), instant(ticket.startedAt)],
          [t('ticket.ended'), instant(ticket.endedAt)],
          ...(ticket.heldReason === null ? [] : [[t('ticket.held'), ticket.heldReason] as const]),
          ...(ticket.reason === null
            ? []
            : [[t('ticket.reason'), t(`cancelReason.${ticket.reason}`)] as const]),
        ]}
      />
    </Card>
  );
}

/** Asked for by hand: who looked at whose name is nobody's to guess. */
function Person({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const api = useApi();
  const [isErasing, setIsErasing] = useState(false);
  const params = { id: id as never };
  const look = useMutation({ mutationFn: () => api.call(ROUTES.getTicketPerson, { params }) });
  return (
    <Card title={t('ticket.person')} lead={t('ticket.personLead')}>
      {look.error !== null && <Problem error={look.error} />}
      {look.data !== undefined && (
        <Facts
          facts={[
            [t('ticket.name'), look.data.name ?? '—'],
            [t('ticket.socialName'), look.data.socialName ?? '—'],
            [t('ticket.document'), look.data.document ?? '—'],
          ]}
        />
      )}
      <Group mt={look.data === undefined ? 0 : 'md'}>
        <Button variant="default" size="md" loading={look.isPending} onClick={() => look.mutate()}>
          {t('ticket.showPerson')}
        </Button>
        {may('person.erase') && (
          <Button variant="default" size="md" data-danger onClick={() => setIsErasing(true)}>
            {t('ticket.erase')}
          </Button>
        )}
      </Group>
      <Confirm
        opened={isErasing}
        title={t('ticket.eraseHeading')}
        lead={t('ticket.eraseLead')}
        act={t('ticket.erase')}
        isDangerous
        onClose={() => setIsErasing(false)}
        onConfirm={async () => {
          await api.call(ROUTES.eraseTicketPerson, { params });
          look.reset();
        }}
      />
    </Card>
  );
}

function History({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const { instant } = useSight();
  const history = useAll(ROUTES.listTicketHistory, {}, { params: { id } });
  if (history.error !== null) return <Problem error={history.error} onRetry={() => void history.refetch()} />;
  return (
    <Card isFlush title={t('ticket.history')}>
      {history.data === undefined ? (
        <LoadingState />
      ) : (
        <DataTable
          label={t('ticket.history')}
          rows={history.data}
          keyOf={(step) => step.id}
          columns={[
            { name: 'at', label: t('audit.when'), cell: (step) => instant(step.occurredAt) },
            {
              name: 'action',
              label: t('audit.action'),
              cell: (step) => t(`action.${step.action}`, step.action),
            },
            {
              name: 'who',
              label: t('audit.who'),
              cell: (step) =>
                [step.user?.name, step.counter?.name, step.equipment?.name]
                  .filter((name) => name != null)
                  .join(' · ') || t('audit.cloud'),
              isSecondary: true,
            },
            {
              name: 'changes',
              label: t('audit.changes'),
              cell: (step) => <Changes before={step.before} after={step.after} isBrief />,
              isSecondary: true,
            },
            { name: 'outcome', label: t('audit.outcome'), cell: (step) => t(`outcome.${step.outcome}`) },
          ]}
        />
      )}
    </Card>
  );
}
