/** The handler of every route of the contract. */

import { accessHandlers } from '../access/handlers.ts';
import type { Passwords } from '../access/password.ts';
import type { SealVerifier } from '../audit/seal-keys.ts';
import { commandHandlers } from '../commands/handlers.ts';
import { deviceCommandHandlers } from '../devices/commands.ts';
import { mediaHandlers } from '../devices/media.ts';
import { deviceSettingsHandlers } from '../devices/settings.ts';
import { enrolmentHandlers } from '../enrolment/handlers.ts';
import { deliveryHandlers } from '../events/handlers.ts';
import { paymentRoomHandlers } from '../payments/handlers.ts';
import { privacyHandlers } from '../privacy/handlers.ts';
import { webhookHandlers } from '../webhooks/handlers.ts';
import type { Handlers } from './mount.ts';
import { apiKeyHandlers } from './resources/api-keys.ts';
import { appointmentHandlers } from './resources/appointments.ts';
import { auditHandlers } from './resources/audit.ts';
import { auditSealHandlers } from './resources/audit-seals.ts';
import { callHandlers } from './resources/calls.ts';
import { conflictHandlers } from './resources/conflicts.ts';
import { counterHandlers } from './resources/counters.ts';
import { equipmentHandlers } from './resources/equipment.ts';
import { notificationHandlers } from './resources/notifications.ts';
import { overviewHandlers } from './resources/overview.ts';
import { paymentHandlers } from './resources/payments.ts';
import { printSettingHandlers } from './resources/print-settings.ts';
import { priorityClassHandlers } from './resources/priority-classes.ts';
import { reportHandlers } from './resources/reports.ts';
import { serviceHandlers } from './resources/services.ts';
import { siteHandlers } from './resources/sites.ts';
import { tenantHandlers } from './resources/tenants.ts';
import { ticketHandlers } from './resources/tickets.ts';
import { userHandlers } from './resources/users.ts';

export function restHandlers(parts: {
  readonly sealKeys: SealVerifier;
  readonly passwords: Passwords;
  readonly access: Parameters<typeof accessHandlers>[0];
  readonly payments: Parameters<typeof paymentRoomHandlers>[0];
  readonly webhooks: Parameters<typeof webhookHandlers>[0];
  readonly enrolment: Parameters<typeof enrolmentHandlers>[0];
}): Handlers {
  return {
    ...accessHandlers(parts.access),
    ...tenantHandlers(parts),
    ...siteHandlers,
    ...serviceHandlers,
    ...priorityClassHandlers,
    ...counterHandlers,
    ...printSettingHandlers,
    ...notificationHandlers,
    ...webhookHandlers(parts.webhooks),
    ...deliveryHandlers,
    ...userHandlers(parts),
    ...privacyHandlers,
    ...apiKeyHandlers,
    ...equipmentHandlers,
    ...enrolmentHandlers(parts.enrolment),
    ...deviceSettingsHandlers,
    ...deviceCommandHandlers,
    ...mediaHandlers,
    ...appointmentHandlers,
    ...ticketHandlers,
    ...commandHandlers,
    ...callHandlers,
    ...paymentHandlers,
    ...paymentRoomHandlers(parts.payments),
    ...conflictHandlers,
    ...auditHandlers,
    ...auditSealHandlers(parts.sealKeys),
    ...reportHandlers,
    ...overviewHandlers,
  };
}
