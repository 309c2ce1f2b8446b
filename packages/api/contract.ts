/** Every route of the API by the name of its operation. */
import { accessRoutes } from './routes/access.ts';
import { auditRoutes } from './routes/audit.ts';
import { auditSealRoutes } from './routes/audit-seals.ts';
import { callRoutes } from './routes/calls.ts';
import { commandRoutes } from './routes/commands.ts';
import { conflictRoutes } from './routes/conflicts.ts';
import { paymentRoutes } from './routes/payments.ts';
import { reportRoutes } from './routes/reports.ts';
import { serviceRoutes } from './routes/services.ts';
import { siteRoutes } from './routes/sites.ts';
import { ticketRoutes } from './routes/tickets.ts';

export const ROUTES = {
  ...accessRoutes,
  ...siteRoutes,
  ...serviceRoutes,
  ...ticketRoutes,
  ...commandRoutes,
  ...callRoutes,
  ...paymentRoutes,
  ...conflictRoutes,
  ...auditRoutes,
  ...auditSealRoutes,
  ...reportRoutes,
} as const;

export type Routes = typeof ROUTES;
export type RouteName = keyof Routes;
export const ROUTE_NAMES = Object.keys(ROUTES) as RouteName[];
