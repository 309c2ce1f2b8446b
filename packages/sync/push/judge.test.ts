/** Judging batches: repetition, overlap, gap, fork and quarantine, for any way of cutting and repeating a chain. */
import { CHAIN_START, type LedgerEntry, newId } from '@totem/domain';
import { buildOrigin, draft } from '@totem/testkit/builders';
import { virtualWorld } from '@totem/testkit/virtual';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LedgerCursor, ledgerBatchSchema, PROTOCOL_VERSION, type ReceivedBatch } from './batch.ts';
import { type BatchVerdict, judgeBatch, type PreparedBatch, prepareBatch } from './judge.ts';

const world = virtualWorld();
const tenantId = newId<'tenant'>(world.env);

/** A chain of `count` entries of one origin; `fork` gives another content from that seq on, with the same ids. */
function chain(count: number): LedgerEntry[] {
  const origin = buildOrigin(virtualWorld({ seed: 9 }).env, tenantId);
  const entries = [origin.write([draft('ORIGIN_OPENED', 'origin', origin.id, { reason: 'enrolled' })])];
  while (entries.flat().length < count) {
    entries.push(origin.write([draft('PRINT_CONFIRMED', 'print_job', newId<string>(world.env), {})]));
  }
  return entries.flat().map(({ entry }) => entry);
}

function prepared(entries: readonly LedgerEntry[], over: Partial<ReceivedBatch> = {}): PreparedBatch {
  const [first, last] = [entries[0], entries.at(-1)];
  if (first === undefined || last === undefined) throw new Error('an empty batch');
  const batch = ledgerBatchSchema.parse({
    protocol: PROTOCOL_VERSION,
    tenantId,
    origin: first.origin,
    fromSeq: first.seq,
    prevHash: first.prevHash,
    entries: JSON.parse(JSON.stringify(entries)),
    privates: {},
    seal: { seq: last.seq, hash: last.hash, signature: 'A'.repeat(86) },
    ...over,
  });
  return prepareBatch(batch);
}

const COUNT = 12;
const entries = chain(COUNT);
const cursorAt = (seq: number): LedgerCursor =>
  seq === 0 ? CHAIN_START : { seq, hash: entries[seq - 1]?.hash ?? '' };
const known = (upTo: number) => (seq: number) => (seq <= upTo ? (entries[seq - 1]?.hash ?? null) : null);
const quarantined = (verdict: BatchVerdict) =>
  verdict.kind === 'new'
    ? verdict.entries.flatMap((one) => (one.verdict === 'quarantine' ? [[one.raw.seq, one.reason]] : []))
    : verdict.kind;

describe('judging a batch', () => {
  it('I-PSH-1: any sequence of pieces, repeated and overlapping, is taken exactly once and in order', () => {
    const piece = fc.tuple(fc.integer({ min: 1, max: COUNT }), fc.integer({ min: 1, max: COUNT }));
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 30 }), (pieces) => {
        let cursor: LedgerCursor = CHAIN_START;
        const taken: number[] = [];
        for (const [a, b] of pieces) {
          const slice = entries.slice(Math.min(a, b) - 1, Math.max(a, b));
          const verdict = judgeBatch(cursor, prepared(slice), known(cursor.seq));
          if (verdict.kind === 'gap') expect(verdict.expected).toBe(cursor.seq + 1);
          if (verdict.kind !== 'new') continue;
          for (const one of verdict.entries) taken.push(one.verdict === 'accept' ? one.entry.seq : -1);
          cursor = verdict.head;
        }
        expect(taken).toEqual(Array.from({ length: cursor.seq }, (_, index) => index + 1));
        expect(cursor).toEqual(cursorAt(cursor.seq));
      }),
      { numRuns: 500 },
    );
  });

  it('I-PSH-2: another content at a seq that is known is a fork, wherever it is in the batch', () => {
    const origin = buildOrigin(virtualWorld({ seed: 9 }).env, tenantId);
    const opened = origin.write([draft('ORIGIN_OPENED', 'origin', origin.id, { reason: 'enrolled' })]);
    const other = [
      ...opened,
      ...origin.write([draft('PRINT_FAILED', 'print_job', newId<string>(world.env), {})]),
      ...origin.write([draft('PRINT_FAILED', 'print_job', newId<string>(world.env), {})]),
    ].map(({ entry }) => entry);
    expect(other[0]?.hash).toBe(entries[0]?.hash);
    expect(judgeBatch(cursorAt(5), prepared(other), known(5))).toEqual({ kind: 'fork', seq: 2 });
    expect(judgeBatch(cursorAt(2), prepared(other.slice(2)), known(2))).toEqual({ kind: 'fork', seq: 2 });
  });

  it('entries that are no longer kept cannot be compared, and the end of the chain still decides', () => {
    expect(judgeBatch(cursorAt(5), prepared(entries.slice(0, 5)), () => null)).toEqual({ kind: 'repeated' });
    expect(judgeBatch(cursorAt(5), prepared(entries), () => null)).toMatchObject({
      kind: 'new',
      head: cursorAt(COUNT),
    });
  });

  it('a batch that does not hang together, or that its seal does not cover, is malformed', () => {
    const [one, , three] = entries;
    if (one === undefined || three === undefined) throw new Error('no entries');
    expect(judgeBatch(CHAIN_START, prepared([one, three]), known(0))).toMatchObject({ kind: 'malformed' });
    const seal = { seq: 2, hash: one.hash, signature: 'A'.repeat(86) };
    expect(judgeBatch(CHAIN_START, prepared(entries, { seal }), known(0))).toMatchObject({
      kind: 'malformed',
    });
  });

  it('I-PSH-3: one bad entry is quarantined and its successors are taken', () => {
    const bad = (change: object) =>
      entries.map((entry) => (entry.seq === 3 ? ({ ...entry, ...change } as LedgerEntry) : entry));
    const cases: [object, string][] = [
      [{ action: 'TICKET_EXPLODE' }, 'unparsable'],
      [{ data: { price: 1.5 } }, 'unparsable'],
      [{ entity: 'ticket' }, 'unparsable'],
      [{ occurredAt: '2020-01-01T00:00:00.000Z' }, 'hash_mismatch'],
      [{ tenantId: newId<'tenant'>(world.env) }, 'unattributed'],
    ];
    for (const [change, reason] of cases) {
      expect(quarantined(judgeBatch(CHAIN_START, prepared(bad(change)), known(0)))).toEqual([[3, reason]]);
    }
  });

  it('personal data is taken only when it is what the entry commits to', () => {
    const origin = buildOrigin(world.env, tenantId);
    const [chained] = origin.write([
      draft('ORIGIN_OPENED', 'origin', origin.id, { reason: 'enrolled' }, { private: { name: 'Ana' } }),
    ]);
    if (chained?.private == null) throw new Error('nothing private');
    const { entry, private: beside } = chained;
    const judge = (data: typeof beside | undefined) =>
      judgeBatch(
        CHAIN_START,
        prepared([entry], { privates: data === undefined ? {} : { [entry.id]: data } }),
        known(0),
      );
    expect(judge(beside)).toMatchObject({ entries: [{ verdict: 'accept', private: beside }] });
    expect(judge({ ...beside, data: { name: 'Eva' } })).toMatchObject({
      entries: [{ verdict: 'accept', private: null }],
    });
    expect(judge(undefined)).toMatchObject({ entries: [{ verdict: 'accept', private: null }] });
  });
});
