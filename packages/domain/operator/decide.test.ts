/** Breaks of an operator: what is decided about them, and what the session's row becomes. */
import { buildOrigin } from '@totem/testkit/builders';
import { virtualWorld } from '@totem/testkit/virtual';
import { describe, expect, it } from 'vitest';
import { newId } from '../ids/id.ts';
import type { EntryDraft, LedgerEntry } from '../ledger/entry.ts';
import { fold } from '../ledger/fold.ts';
import type { OperatorSessionRow } from '../rows/tables.ts';
import { refusedWith } from '../testing/desk.ts';
import type { Decision } from '../ticket/decision.ts';
import { decideCounterClose, decidePause, decideResume } from './decide.ts';

const { env } = virtualWorld();
const origin = buildOrigin(env, newId<'tenant'>(env));
const userId = newId<'user'>(env);
const counterId = newId<'counter'>(env);
const written = (drafts: readonly EntryDraft[]) => origin.write(drafts).map(({ entry }) => entry);
const folded = (row: OperatorSessionRow | undefined, entries: readonly LedgerEntry[]) => {
  const after = fold('operator_session', row, [], entries);
  if (after.row === undefined) throw new Error('no row');
  return { row: after.row, outcomes: [...after.outcomes.values()] };
};
const opened = folded(
  undefined,
  written([
    {
      siteId: newId<'site'>(env),
      userId,
      action: 'OPERATOR_SESSION_OPEN',
      entity: 'operator_session',
      entityId: newId<string>(env),
      data: { userId, counterId },
    },
  ]),
).row;
const pause = (mine: OperatorSessionRow | undefined, reason = 'almoço', inHand?: { code: string }) =>
  decidePause({ type: 'operator.pause', id: newId<'command'>(env), reason }, { userId, mine, inHand });
const done = (row: OperatorSessionRow, decision: Decision) =>
  decision.ok ? folded(row, written(decision.drafts)).row : row;
const draftsOf = (decision: Decision) => (decision.ok ? decision.drafts.length : decision.refusal.code);

describe('a break', () => {
  it('has its reason, keeps the counter, and ends', () => {
    const paused = done(opened, pause(opened, '  almoço '));
    expect(paused).toMatchObject({ pausedReason: 'almoço', until: null, counterId, conflict: null });
    expect(done(paused, pause(paused, 'reunião'))).toMatchObject({ pausedReason: 'reunião' });
    expect(done(paused, decideResume({ userId, mine: paused }))).toMatchObject({
      pausedReason: null,
      until: null,
    });
  });

  it('that has begun or ended already changes nothing', () => {
    const paused = done(opened, pause(opened));
    expect(draftsOf(pause(paused))).toBe(0);
    expect(draftsOf(decideResume({ userId, mine: opened }))).toBe(0);
  });

  it('ends with the session', () => {
    const paused = done(opened, pause(opened));
    const closed = done(paused, decideCounterClose({ userId, mine: paused, inHand: undefined }));
    expect(closed.until).not.toBeNull();
    expect(closed.pausedReason).toBeNull();
  });

  it.each([
    ['without a counter', pause(undefined), 'no_counter'],
    ['without a reason', pause(opened, ' '), 'text_empty'],
    ['that ends without a counter', decideResume({ userId, mine: undefined }), 'no_counter'],
  ] as const)('%s is refused', (_, decision, code) => {
    expect(refusedWith(decision)).toBe(code);
  });

  it('I-QUE-5: does not begin with somebody in hand', () => {
    expect(refusedWith(pause(opened, 'almoço', { code: 'A001' }))).toBe('operator_busy');
  });

  it('of a session that was closed elsewhere says nothing any more', () => {
    const late = pause(opened);
    if (!late.ok) throw new Error('refused');
    const closed = done(opened, decideCounterClose({ userId, mine: opened, inHand: undefined }));
    const { row, outcomes } = folded(closed, written(late.drafts));
    expect(row).toMatchObject({ pausedReason: null, until: closed.until, conflict: null });
    expect(outcomes).toEqual([{ kind: 'kept' }]);
  });
});
