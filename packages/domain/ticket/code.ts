/**
 * Ticket codes: what the customer reads and the room hears. `A001` from the site's first totem, `A2-014` from its second,
 * `AW-003` from the cloud. The lane is part of the code, so two totems that cannot see each other never print one code.
 */

/** Lane 1 is not shown; the cloud's own tickets are lane `W`. */
export const CLOUD_LANE = 'W';
const CLOUD_CODE = new RegExp(`^[A-Z]{1,3}${CLOUD_LANE}-`);
const FIRST_LANE = '1';
const NUMBER_DIGITS = 3;
const PREFIX = /^[A-Z]{1,3}$/;
const LANE = /^(?:W|[1-9][0-9]{0,3})$/;

/** After salvage, numbers go on this far past the highest that is known anywhere. */
export const NUMBERS_SKIPPED_AFTER_SALVAGE = 50;

/** @throws RangeError on a prefix that is not 1 to 3 letters, an unknown lane, or a number below 1. */
export function ticketCode(prefix: string, lane: string, number: number): string {
  if (!PREFIX.test(prefix)) throw new RangeError(`not a prefix: ${prefix}`);
  if (!LANE.test(lane)) throw new RangeError(`not a lane: ${lane}`);
  if (!Number.isSafeInteger(number) || number < 1) throw new RangeError(`not a ticket number: ${number}`);
  const digits = String(number).padStart(NUMBER_DIGITS, '0');
  return lane === FIRST_LANE ? `${prefix}${digits}` : `${prefix}${lane}-${digits}`;
}

/** No Unicode mode: with it, letters of other scripts would pass for ours. */
const TYPED = /^[a-z]{1,3}(?:(?:w|[1-9][0-9]{0,3})-)?[0-9]{3,10}$/i;

/**
 * What somebody typed, as the code that it names: ` a2-014 ` is `A2-014`. Undefined for whatever has not the form of a code,
 * so that dashes or wildcards are never looked up.
 */
export function typedTicketCode(typed: string): string | undefined {
  const text = typed.trim();
  return TYPED.test(text) ? text.toUpperCase() : undefined;
}

/** Whether a code is of the cloud's lane. */
export function isCloudCode(code: string): boolean {
  return CLOUD_CODE.test(code);
}
