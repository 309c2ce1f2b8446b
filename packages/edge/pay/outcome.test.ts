/** How the end of a sale looks from the front: every phase is one of three, and nothing in doubt is called not paid. */
import { isInFlight, PAYMENT_PHASES } from '@totem/domain';
import { describe, expect, it } from 'vitest';
import { notPaidBecause, saleOf, viewOfPhase } from './outcome.ts';

describe('the end of a sale', () => {
  it.each(PAYMENT_PHASES)('%s is in doubt exactly while money may move', (phase) => {
    const isDoubt = isInFlight(phase) && phase !== 'undo_pending';
    expect(viewOfPhase(phase) === 'unknown').toBe(isDoubt);
  });

  it.each([
    ['declined', 'insufficient_funds', false, 'insufficient_funds'],
    ['declined', 'a code of tomorrow', false, 'declined'],
    ['declined', 'terminal_pending', false, 'unavailable'],
    ['canceled', undefined, true, 'canceled'],
    ['canceled', undefined, false, 'expired'],
    ['canceled', 'terminal_silent', false, 'unavailable'],
    ['expired', undefined, false, 'expired'],
    ['undone', 'not_delivered', false, 'not_delivered'],
    ['undo_pending', 'not_delivered', false, 'not_delivered'],
  ] as const)('%s with %s (ended by the customer: %s) is said to be %s', (phase, cause, wasWanted, why) => {
    expect(notPaidBecause(cause === undefined ? { phase } : { phase, cause }, wasWanted)).toEqual({ why });
  });

  it('nothing is said of what was paid, or may have been', () => {
    expect(notPaidBecause({ phase: 'confirmed' }, true)).toEqual({});
    expect(notPaidBecause({ phase: 'unknown', cause: 'no_answer' }, true)).toEqual({});
  });

  it('an undone sale is named as the terminal names it', () => {
    expect(saleOf({ network: 'REDE X', nsu: '000123456' })).toEqual({ message: 'REDE X · NSU 000123456' });
    expect(saleOf({ externalId: 'x' })).toEqual({});
  });
});
