/** What each policy promises: no inversion outside it, no starvation, monotone aging, and windows around booked times. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochMsOf, instantText } from '../env.ts';
import type { PriorityClassId, ServiceId, TicketId } from '../ids/id.ts';
import { anyOrder, anyTicket, QUEUE_NOW } from '../testing/queue.ts';
import { nextTicket, type QueuedTicket } from './next-ticket.ts';
import { compareQueued, type QueueOrder, STRICT_ORDER, standingOf } from './order.ts';
import { calledBefore, isPreferentialTurn, type RatioPolicy, turnsRemembered } from './ratio.ts';

const MINUTE_MS = 60_000;
let made = 0;
const waiting = (over: Partial<QueuedTicket> & { readonly since?: number } = {}): QueuedTicket => {
  const { since = QUEUE_NOW - MINUTE_MS, ...rest } = over;
  made += 1;
  return {
    id: `00000000-0000-7000-8000-${String(made).padStart(12, '0')}` as TicketId,
    state: 'waiting',
    heldReason: null,
    serviceId: 's' as ServiceId,
    priority: 0,
    priorityClassId: 'c0' as PriorityClassId,
    addressedOperatorId: null,
    addressedCounterId: null,
    waitingSince: instantText(since),
    appointmentAt: null,
    ...rest,
  };
};
const under = (policy: QueueOrder['policy'], over: Partial<QueueOrder> = {}): QueueOrder => ({
  ...STRICT_ORDER,
  policy,
  now: QUEUE_NOW,
  ...over,
});
const plain = { appointments: null } as const;

describe('no inversion outside the policy', () => {
  it('strict: nobody of a lower tier, nor of the same tier and later, comes first', () => {
    fc.assert(
      fc.property(anyTicket, anyTicket, (a, b) => {
        if (compareQueued(a, b, under({ name: 'strict', ...plain })) >= 0) return;
        expect(a.priority).toBeGreaterThanOrEqual(b.priority);
        if (a.priority === b.priority) expect((a.waitingSince ?? '~') <= (b.waitingSince ?? '~')).toBe(true);
      }),
    );
  });

  it('arrival: nobody later comes first, whatever their tier', () => {
    fc.assert(
      fc.property(anyTicket, anyTicket, (a, b) => {
        if (compareQueued(a, b, under({ name: 'arrival', ...plain })) < 0)
          expect((a.waitingSince ?? '~') <= (b.waitingSince ?? '~')).toBe(true);
      }),
    );
  });

  it('every policy: of one class, without appointments, the earlier comes first', () => {
    fc.assert(
      fc.property(
        anyTicket,
        anyTicket,
        anyOrder('strict', 'ratio', 'aging', 'arrival'),
        (a, other, order) => {
          const b = { ...other, priority: a.priority, priorityClassId: a.priorityClassId };
          const [one, two] = [a, b].map((ticket) => ({ ...ticket, appointmentAt: null })) as [
            typeof a,
            typeof a,
          ];
          if ((one.waitingSince ?? '~') < (two.waitingSince ?? '~'))
            expect(compareQueued(one, two, order)).toBeLessThan(0);
        },
      ),
    );
  });
});

describe('ratio', () => {
  const turns = fc.integer({ min: 1, max: 5 });
  const ratio: fc.Arbitrary<RatioPolicy> = fc.record({
    name: fc.constant('ratio' as const),
    preferential: turns,
    normal: turns,
    appointments: fc.constant(null),
  });

  it('holds over any window of one turn while both sides wait, whatever was called before', () => {
    fc.assert(
      fc.property(ratio, fc.array(fc.boolean(), { maxLength: 12 }), (policy, before) => {
        let past = [...before];
        const called: boolean[] = [];
        const whole = turnsRemembered(policy) + 1;
        for (let count = 0; count < 5 * whole; count += 1) {
          const turn = isPreferentialTurn(policy, past);
          called.push(turn);
          past = [turn, ...past];
        }
        // What was before settles within one turn.
        for (let from = whole; from + whole <= called.length; from += 1)
          expect(called.slice(from, from + whole).filter((one) => one)).toHaveLength(policy.preferential);
      }),
    );
  });

  it('starves nobody: whoever is first on their side waits for no more than the other side’s turns', () => {
    fc.assert(
      fc.property(
        ratio,
        fc.array(fc.boolean(), { maxLength: 12 }),
        fc.boolean(),
        (policy, recent, isPreferential) => {
          const ahead = calledBefore(policy, recent, { isPreferential, ahead: 0, others: 1_000 });
          expect(ahead).toBeLessThanOrEqual(isPreferential ? policy.normal : policy.preferential);
        },
      ),
    );
  });
});

describe('aging', () => {
  it('is monotone: a score never falls while somebody waits', () => {
    fc.assert(
      fc.property(anyTicket, anyOrder('aging'), fc.nat(3_600_000), (ticket, order, later) => {
        const one = { ...ticket, appointmentAt: null };
        const after = { ...order, now: order.now + later };
        expect(standingOf(one, after).score).toBeGreaterThanOrEqual(standingOf(one, order).score);
      }),
    );
  });

  it('two of one class never swap, however long they wait', () => {
    fc.assert(
      fc.property(anyTicket, anyTicket, anyOrder('aging'), fc.nat(3_600_000), (a, b, order, later) => {
        const one = { ...a, appointmentAt: null };
        const two = { ...b, priorityClassId: a.priorityClassId, appointmentAt: null };
        const after = { ...order, now: order.now + later };
        expect(Math.sign(compareQueued(one, two, after))).toBe(Math.sign(compareQueued(one, two, order)));
      }),
    );
  });

  it('starves nobody: the lightest is called although heavier ones come with every call', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), (weight) => {
        const light = waiting();
        const policy = { name: 'aging', ...plain } as const;
        const weights = { heavy: weight };
        for (let call = 1; call <= weight + 1; call += 1) {
          const now = QUEUE_NOW + call * 1_000;
          const heavy = waiting({ since: now - 1_000, priorityClassId: 'heavy' as PriorityClassId });
          const { next } = nextTicket([light, heavy], undefined, {
            site: under(policy, { now, weights }),
            services: {},
          });
          if (next === light) return;
        }
        throw new Error('never called');
      }),
    );
  });

  it('sees triage colours by the share of their target that they have waited', () => {
    // Minutes until somebody should be seen, and the weight that says the same.
    const targets = { orange: 10, yellow: 60, green: 120, blue: 240 };
    const weights = Object.fromEntries(
      Object.entries(targets).map(([colour, minutes]) => [colour, 240 / minutes]),
    );
    const order = under({ name: 'aging', ...plain }, { weights });
    const colours = fc.constantFrom(...(Object.keys(targets) as (keyof typeof targets)[]));
    fc.assert(
      fc.property(colours, fc.nat(500), colours, fc.nat(500), (a, waitedA, b, waitedB) => {
        const of = (colour: string, minutes: number) =>
          waiting({ since: QUEUE_NOW - minutes * MINUTE_MS, priorityClassId: colour as PriorityClassId });
        const isFirst = compareQueued(of(a, waitedA), of(b, waitedB), order) < 0;
        const [shareA, shareB] = [waitedA / targets[a], waitedB / targets[b]];
        if (shareA !== shareB) expect(isFirst).toBe(shareA > shareB);
      }),
    );
  });
});

describe('an appointment', () => {
  const window = { beforeMinutes: 15, afterMinutes: 10, tier: 2, weight: 3 };
  const order = under({ name: 'strict', appointments: window });
  const elderly = waiting({ priority: 2, since: QUEUE_NOW - 20 * MINUTE_MS });
  const booked = (inMinutes: number) =>
    waiting({ since: QUEUE_NOW - MINUTE_MS, appointmentAt: instantText(QUEUE_NOW + inMinutes * MINUTE_MS) });

  it.each([
    [-11, 0],
    [-10, 2],
    [0, 2],
    [15, 2],
    [16, 0],
  ])('that is %i minutes from now counts as tier %i', (inMinutes, tier) => {
    expect(standingOf(booked(inMinutes), order).tier).toBe(tier);
  });

  it('ranks by its booked time in its window, and by its arrival outside of it', () => {
    expect(compareQueued(booked(-5), elderly, order)).toBeGreaterThan(0);
    expect(compareQueued(booked(-5), booked(3), order)).toBeLessThan(0);
    expect(compareQueued(booked(20), waiting({ since: QUEUE_NOW - 2 * MINUTE_MS }), order)).toBeGreaterThan(
      0,
    );
  });

  it('takes nobody’s own tier away', () => {
    const late = { ...booked(0), priority: 3 };
    expect(standingOf(late, order).tier).toBe(3);
    expect(epochMsOf(standingOf(late, order).arrival)).toBe(QUEUE_NOW);
  });
});
