/** Every route of the API by the name of its operation. */

import { accessRoutes } from './routes/access.ts';
import { apiKeyRoutes } from './routes/api-keys.ts';
import { appointmentRoutes } from './routes/appointments.ts';
import { auditRoutes } from './routes/audit.ts';
import { auditSealRoutes } from './routes/audit-seals.ts';
import { callRoutes } from './routes/calls.ts';
import { chargeRoutes } from './routes/charges.ts';
import { commandRoutes } from './routes/commands.ts';
import { conflictRoutes } from './routes/conflicts.ts';
import { counterPaymentRoutes } from './routes/counter-payments.ts';
import { counterRoutes } from './routes/counters.ts';
import { deliveryRoutes } from './routes/deliveries.ts';
import { deviceCommandRoutes } from './routes/device-commands.ts';
import { deviceSettingsRoutes } from './routes/device-settings.ts';
import { enrolmentRoutes } from './routes/enrolment.ts';
import { equipmentRoutes } from './routes/equipment.ts';
import { mediaRoutes } from './routes/media.ts';
import { notificationRoutes } from './routes/notifications.ts';
import { overviewRoutes } from './routes/overview.ts';
import { pairingRoutes } from './routes/pairing.ts';
import { paymentExceptionRoutes } from './routes/payment-exceptions.ts';
import { paymentRoutes } from './routes/payments.ts';
import { printSettingRoutes } from './routes/print-settings.ts';
import { priorityClassRoutes } from './routes/priority-classes.ts';
import { privacyRoutes } from './routes/privacy.ts';
import { pspAccountRoutes } from './routes/psp-accounts.ts';
import { pspHintRoutes } from './routes/psp-hints.ts';
import { refundRoutes } from './routes/refunds.ts';
import { reportRoutes } from './routes/reports.ts';
import { serviceRoutes } from './routes/services.ts';
import { siteRoutes } from './routes/sites.ts';
import { tenantRoutes } from './routes/tenant.ts';
import { platformRoutes } from './routes/tenants.ts';
import { ticketRoutes } from './routes/tickets.ts';
import { userRoutes } from './routes/users.ts';
import { webhookRoutes } from './routes/webhooks.ts';

export const ROUTES = {
  ...accessRoutes,
  ...platformRoutes,
  ...tenantRoutes,
  ...siteRoutes,
  ...serviceRoutes,
  ...priorityClassRoutes,
  ...counterRoutes,
  ...printSettingRoutes,
  ...notificationRoutes,
  ...webhookRoutes,
  ...deliveryRoutes,
  ...userRoutes,
  ...privacyRoutes,
  ...apiKeyRoutes,
  ...equipmentRoutes,
  ...enrolmentRoutes,
  ...pairingRoutes,
  ...deviceSettingsRoutes,
  ...deviceCommandRoutes,
  ...mediaRoutes,
  ...appointmentRoutes,
  ...ticketRoutes,
  ...commandRoutes,
  ...callRoutes,
  ...paymentRoutes,
  ...chargeRoutes,
  ...refundRoutes,
  ...counterPaymentRoutes,
  ...paymentExceptionRoutes,
  ...pspAccountRoutes,
  ...pspHintRoutes,
  ...conflictRoutes,
  ...auditRoutes,
  ...auditSealRoutes,
  ...reportRoutes,
  ...overviewRoutes,
} as const;

export type Routes = typeof ROUTES;
export type RouteName = keyof Routes;
export const ROUTE_NAMES = Object.keys(ROUTES) as RouteName[];
