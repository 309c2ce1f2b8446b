/**
 * What each action of the ledger says, in a sentence for people, and which of them are critical: who came in or was kept out,
 * what was changed by hand, given away or taken back. A test walks the critical ones and sees each of them written.
 */
import type { LedgerAction } from './action.ts';

export interface ActionMeaning {
  readonly means: string;
  readonly critical: boolean;
}

const routine = (means: string): ActionMeaning => ({ means, critical: false });
const critical = (means: string): ActionMeaning => ({ means, critical: true });

export const ACTION_MEANINGS: Readonly<Record<LedgerAction, ActionMeaning>> = {
  TICKET_CREATE: routine('A ticket was given.'),
  TICKET_ENQUEUE: routine('A ticket that had to be paid first may now be called.'),
  TICKET_CALL: routine('A ticket was called to a counter.'),
  TICKET_RECALL: routine('It was called again.'),
  TICKET_START: routine('The person was there, and is being served.'),
  TICKET_REQUEUE: routine('A called ticket went back to the queue.'),
  TICKET_HOLD: routine('A ticket waits, and is not next.'),
  TICKET_RELEASE: routine('A held ticket may be next again.'),
  TICKET_DELAY: routine('A customer who is late let the others go first.'),
  TICKET_NO_SHOW: routine('Nobody came to the calls.'),
  TICKET_TRANSFER: routine('A ticket went on to another service, counter or person.'),
  TICKET_FINISH: routine('The person was served.'),
  TICKET_CANCEL: critical('A ticket was ended before it was served, with the reason.'),
  TICKET_EXPIRE: routine('A ticket ended by itself: unpaid too long, or past closing.'),
  TICKET_OVERRIDE: critical('An admin set the state of a ticket by hand, with the reason.'),
  CALL_CREATE: routine('A call, and why this ticket was the one.'),
  OPERATOR_SESSION_OPEN: routine('An operator sat down at a counter.'),
  OPERATOR_SESSION_CLOSE: routine('An operator left a counter.'),
  OPERATOR_SESSION_PAUSE: routine('An operator calls nobody for now, and why.'),
  OPERATOR_SESSION_RESUME: routine('An operator calls again.'),
  RECOVERED: routine('Something that happened, as a damaged disk gave it back.'),
  ORIGIN_OPENED: critical('A writer of the ledger began a chain of its own, and why.'),
  PRINT_CONFIRMED: routine('A paper was printed.'),
  HUB_PIN_SET: critical('Somebody chose the PIN with which they sign in at a hub that has no link.'),
  HUB_LOGIN: critical('Somebody signed in at a hub, with their PIN.'),
  HUB_LOGIN_FAILED: critical('A wrong PIN was tried at a hub; after five it is locked.'),
  PRINT_UNKNOWN: routine('Nobody knows whether a paper was printed.'),
  PRINT_FAILED: routine('A paper was not printed.'),
  LOGIN: critical('Somebody signed in.'),
  LOGIN_FAILED: critical('Somebody tried to sign in and was refused.'),
  LOGOUT: critical('Somebody signed out.'),
  SESSION_REVOKED: critical('A session was ended by somebody else, or elsewhere.'),
  TOKEN_REUSED: critical('A refresh token was used that had been used: its session ended.'),
  PASSWORD_CHANGED: critical('A password was changed, by its owner or by an admin.'),
  SECOND_FACTOR_ENABLED: critical('Somebody signs in with a second factor from now on.'),
  SECOND_FACTOR_DISABLED: critical('Somebody signs in without a second factor from now on.'),
  PERMISSION_CHANGED: critical('What somebody may do, and where, with what it was before.'),
  CONFIG_CREATED: critical('Something was configured, with its values.'),
  CONFIG_CHANGED: critical('Something configured was changed, with what it was before and after.'),
  CONFIG_DELETED: critical('Something configured was taken out of use.'),
  DEVICE_ENROLLED: critical('A device registered its key.'),
  DEVICE_SUSPENDED: critical('A device may not work, and why.'),
  DEVICE_REINSTATED: critical('A suspended device may work again.'),
  DEVICE_REVOKED: critical('A device may never work again.'),
  CONFLICT_RESOLVED: critical('Somebody settled what did not fit, and how.'),
  PERSON_ERASED: critical('Personal data was erased.'),
  DATA_EXPORTED: critical('Data was taken out, of which span and how much.'),
  AUDIT_SEALED: critical('A month of the ledger was signed.'),
  TENANT_SUSPENDED: critical('Nobody of a tenant comes in, and why.'),
  TENANT_RESUMED: critical('A suspended tenant comes in again.'),
};
