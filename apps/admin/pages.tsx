/** Which page stands at which address. */
import { type ComponentType, type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Redirect, Route, Switch } from 'wouter';
import { OverviewPage } from './overview/overview-page.tsx';
import { Nothing } from './parts/nothing.tsx';
import { Page } from './parts/page.tsx';
import { COUNTERS } from './resources/counters.tsx';
import { DEVICES } from './resources/devices.tsx';
import { PEOPLE } from './resources/people.tsx';
import { PRIORITIES } from './resources/priorities.tsx';
import type { Configured, ResourceSpec } from './resources/resource.ts';
import { ResourceList } from './resources/resource-list.tsx';
import { NewResourcePage, ResourcePage } from './resources/resource-page.tsx';
import { SERVICES } from './resources/services.tsx';
import { SITES } from './resources/sites.tsx';
import { useMe } from './session/me.ts';

/** What is configured: each has its list, its form, and the form of a new one. */
const RESOURCES = [
  SITES,
  SERVICES,
  PRIORITIES,
  COUNTERS,
  DEVICES,
  PEOPLE,
] as unknown as readonly ResourceSpec<Configured>[];

const OWN_PAGES: readonly (readonly [path: string, page: ComponentType<{ id: string }>])[] = [];

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
