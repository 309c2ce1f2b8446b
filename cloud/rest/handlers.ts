/** The handler of every route of the contract. */

import { type AccessParts, accessHandlers } from '../access/handlers.ts';
import type { Passwords } from '../access/password.ts';
import type { SealVerifier } from '../audit/seal-keys.ts';
import { commandHandlers } from '../commands/handlers.ts';
import type { Handlers } from './mount.ts';
import { auditHandlers } from './resources/audit.ts';
import { auditSealHandlers } from './resources/audit-seals.ts';
import { callHandlers } from './resources/calls.ts';
import { conflictHandlers } from './resources/conflicts.ts';
import { paymentHandlers } from './resources/payments.ts';
import { reportHandlers } from './resources/reports.ts';
import { serviceHandlers } from './resources/services.ts';
import { siteHandlers } from './resources/sites.ts';
import { ticketHandlers } from './resources/tickets.ts';

export function restHandlers(parts: {
  readonly sealKeys: SealVerifier;
  readonly passwords: Passwords;
  readonly access: AccessParts;
}): Handlers {
  return {
    ...accessHandlers(parts.access),
    ...siteHandlers,
    ...serviceHandlers,
    ...ticketHandlers,
    ...commandHandlers,
    ...callHandlers,
    ...paymentHandlers,
    ...conflictHandlers,
    ...auditHandlers,
    ...auditSealHandlers(parts.sealKeys),
    ...reportHandlers,
  };
}
