/** Which page stands at which address. */
import { type ComponentType, type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Redirect, Route, Switch } from 'wouter';
import { AccountPage } from './account/account-page.tsx';
import { AuditPage } from './audit/audit-page.tsx';
import { EntryPage } from './audit/entry-page.tsx';
import { BooksPage } from './books/books-page.tsx';
import { BookDayPage } from './books/day-page.tsx';
import { BrandingPage } from './company/branding-page.tsx';
import { KeysPage } from './company/keys-page.tsx';
import { MediaPage } from './company/media-page.tsx';
import { NewKeyPage } from './company/new-key-page.tsx';
import { ConflictPage } from './conflicts/conflict-page.tsx';
import { ConflictsPage } from './conflicts/conflicts-page.tsx';
import { OverviewPage } from './overview/overview-page.tsx';
import { Nothing } from './parts/nothing.tsx';
import { Page } from './parts/page.tsx';
import { PaymentPage } from './payments/payment-page.tsx';
import { PaymentsPage } from './payments/payments-page.tsx';
import { PrivacyPage } from './privacy/privacy-page.tsx';
import { ReportsPage } from './reports/reports-page.tsx';
import { TakingsPage } from './reports/takings-page.tsx';
import { COUNTERS } from './resources/counters.tsx';
import { DEVICES } from './resources/devices.tsx';
import { NOTIFICATIONS } from './resources/notifications.tsx';
import { PAYMENT_ACCOUNTS } from './resources/payment-accounts.tsx';
import { PEOPLE } from './resources/people.tsx';
import { PRINTS } from './resources/prints.tsx';
import { PRIORITIES } from './resources/priorities.tsx';
import type { Configured, ResourceSpec } from './resources/resource.ts';
import { ResourceList } from './resources/resource-list.tsx';
import { NewResourcePage, ResourcePage } from './resources/resource-page.tsx';
import { SERVICES } from './resources/services.tsx';
import { SITES } from './resources/sites.tsx';
import { WEBHOOKS } from './resources/webhooks.tsx';
import { useMe } from './session/me.ts';
import { TicketPage } from './tickets/ticket-page.tsx';
import { TicketsPage } from './tickets/tickets-page.tsx';

/** What is configured: each has its list, its form, and the form of a new one. */
const RESOURCES = [
  SITES,
  SERVICES,
  PRIORITIES,
  COUNTERS,
  DEVICES,
  PEOPLE,
  PAYMENT_ACCOUNTS,
  PRINTS,
  WEBHOOKS,
  NOTIFICATIONS,
] as unknown as readonly ResourceSpec<Configured>[];

/** Pages of their own; the first that fits an address is shown. */
const OWN_PAGES: readonly (readonly [path: string, page: ComponentType<{ id: string }>])[] = [
  ['/tickets', TicketsPage],
  ['/tickets/:id', TicketPage],
  ['/payments', PaymentsPage],
  ['/payments/:id', PaymentPage],
  ['/books', BooksPage],
  ['/books/:id', BookDayPage],
  ['/conflicts', ConflictsPage],
  ['/conflicts/:id', ConflictPage],
  ['/reports', ReportsPage],
  ['/reports/takings', TakingsPage],
  ['/branding', BrandingPage],
  ['/media', MediaPage],
  ['/keys', KeysPage],
  ['/keys/new', NewKeyPage],
  ['/privacy', PrivacyPage],
  ['/audit', AuditPage],
  ['/audit/:id', EntryPage],
  ['/account', AccountPage],
];

export function Pages() {
  const { may } = useMe();
  const resourceRoutes = useMemo(() => RESOURCES.flatMap(routesOf), []);
  return (
    <Switch>
      <Route path="/">{may('report.read') ? <OverviewPage /> : <Redirect to="/devices" replace />}</Route>
      {resourceRoutes}
      {OWN_PAGES.map(([path, Own]) => (
        <Route key={path} path={path}>
          {({ id }: { id?: string }) => <Own key={id ?? ''} id={id ?? ''} />}
        </Route>
      ))}
      <Route>
        <Lost />
      </Route>
    </Switch>
  );
}

function routesOf(spec: ResourceSpec<Configured>): readonly ReactNode[] {
  const { path } = spec;
  return [
    <Route key={path} path={path}>
      <ResourceList key={path} spec={spec} />
    </Route>,
    <Route key={`${path}/new`} path={`${path}/new`}>
      <NewResourcePage key={path} spec={spec} />
    </Route>,
    <Route key={`${path}/:id`} path={`${path}/:id`}>
      {({ id = '' }: { id?: string }) => <ResourcePage key={id} spec={spec} id={id} />}
    </Route>,
  ];
}

function Lost() {
  const { t } = useTranslation();
  return (
    <Page title={t('lost.title')}>
      <Nothing title={t('lost.lead')} />
    </Page>
  );
}
