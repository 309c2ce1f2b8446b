/** Tickets of all sites, searched by code, day, service and state. */
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { CHANNELS, TICKET_STATES } from '@totem/domain';
import { useTranslation } from 'react-i18next';
import { useSight } from '../data/names.ts';
import { usePages } from '../data/queries.ts';
import { FilterBar, useFilters } from '../lists/filters.tsx';
import { ListCard } from '../lists/list-card.tsx';
import { Page } from '../parts/page.tsx';
import { choicesOf } from '../resources/choices.ts';
import { useSite } from '../shell/site-choice.ts';
import { TicketState } from './ticket-state.tsx';

type Ticket = AnswerOf<Routes['getTicket']>;

export function TicketsPage() {
  const { t } = useTranslation();
  const sight = useSight();
  const { siteId } = useSite();
  const filters = useFilters(['code', 'state', 'serviceId', 'channel', 'businessDay', 'conflict']);
  const pages = usePages(ROUTES.listTickets, { ...filters.values, siteId });
  const { siteName, serviceName, instant, format } = sight;
  return (
    <Page title={t('nav.tickets')} lead={t('ticket.lead')}>
      <FilterBar
        filters={filters}
        specs={[
          { kind: 'text', name: 'code', label: t('ticket.code') },
          { kind: 'day', name: 'businessDay', label: t('list.day') },
          {
            kind: 'choice',
            name: 'state',
            label: t('ticket.state'),
            choices: choicesOf(TICKET_STATES, 'ticketState')(sight),
          },
          { kind: 'choice', name: 'serviceId', label: t('list.service'), choices: sight.services },
          {
            kind: 'choice',
            name: 'channel',
            label: t('ticket.channel'),
            choices: choicesOf(CHANNELS, 'channel')(sight),
          },
          {
            kind: 'choice',
            name: 'conflict',
            label: t('ticket.conflict'),
            choices: [{ value: 'true', label: t('ticket.withConflict') }],
          },
        ]}
      />
      <ListCard<Ticket>
        label={t('nav.tickets')}
        pages={pages}
        keyOf={({ id }) => id}
        hrefOf={({ id }) => `/tickets/${id}`}
        empty={{ title: t('ticket.none'), hint: t('list.noMatchHint') }}
        columns={[
          { name: 'code', label: t('ticket.code'), cell: ({ code }) => code },
          { name: 'state', label: t('ticket.state'), cell: (ticket) => <TicketState ticket={ticket} /> },
          {
            name: 'service',
            label: t('list.service'),
            cell: (ticket) => serviceName(ticket.serviceId),
            isSecondary: true,
          },
          {
            name: 'site',
            label: t('list.site'),
            cell: (ticket) => siteName(ticket.siteId),
            isSecondary: true,
          },
          {
            name: 'issued',
            label: t('ticket.issued'),
            cell: (ticket) => instant(ticket.issuedAt),
            isSecondary: true,
          },
          {
            name: 'waited',
            label: t('ticket.waited'),
            cell: ({ waitingSince, startedAt }) =>
              waitingSince === null || startedAt === null
                ? '—'
                : format.minutes(Date.parse(startedAt) - Date.parse(waitingSince)),
            isNumeric: true,
          },
        ]}
      />
    </Page>
  );
}
