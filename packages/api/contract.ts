/** Every route of the API by the name of its operation. */
import { serviceRoutes } from './routes/services.ts';
import { siteRoutes } from './routes/sites.ts';

export const ROUTES = {
  ...siteRoutes,
  ...serviceRoutes,
} as const;

export type Routes = typeof ROUTES;
export type RouteName = keyof Routes;
export const ROUTE_NAMES = Object.keys(ROUTES) as RouteName[];
