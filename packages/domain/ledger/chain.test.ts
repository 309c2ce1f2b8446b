/** The chain: gapless, and any edit shows. */
import { buildOrigin, draft } from '@totem/testkit/builders';
import { histories } from '@totem/testkit/histories';
import { virtualWorld } from '@totem/testkit/virtual';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newId } from '../ids/id.ts';
import { CHAIN_START, sealText, verifyChain } from './chain.ts';
import { commitmentOf, type LedgerEntry, ledgerEntrySchema } from './entry.ts';

const EDITS: readonly ((entry: LedgerEntry) => LedgerEntry)[] = [
  (entry) => ({ ...entry, data: { ...entry.data, code: 'Z999' } }),
  (entry) => ({ ...entry, action: entry.action === 'TICKET_CALL' ? 'TICKET_START' : 'TICKET_CALL' }),
  (entry) => ({ ...entry, occurredAt: '2020-01-01T00:00:00.000Z' }),
  (entry) => ({ ...entry, clockSuspect: !entry.clockSuspect }),
  (entry) => ({ ...entry, userId: entry.id as unknown as NonNullable<LedgerEntry['userId']> }),
  (entry) => ({ ...entry, seq: entry.seq + 1 }),
  (entry) => ({ ...entry, prevHash: entry.hash }),
  (entry) => ({ ...entry, hash: entry.prevHash }),
  (entry) => ({ ...entry, commitment: entry.hash }),
  (entry) => ({ ...entry, siteId: entry.id as unknown as NonNullable<LedgerEntry['siteId']> }),
];

describe('the chain of an origin', () => {
  it('I-LED-5: what was written verifies, and any edit, loss, insertion or swap fails', () => {
    fc.assert(
      fc.property(
        histories,
        fc.nat(),
        fc.nat(),
        fc.constantFrom('edit', 'drop', 'repeat', 'swap'),
        (history, at, edit, kind) => {
          const entries = history.writers[0];
          const origin = entries[0]?.origin;
          if (origin === undefined) return;
          expect(verifyChain(CHAIN_START, origin, entries)).toMatchObject({ ok: true });
          const index = at % entries.length;
          const target = entries[index];
          if (target === undefined) return;
          const tampered = [...entries];
          if (kind === 'edit') tampered[index] = (EDITS[edit % EDITS.length] ?? ((entry) => entry))(target);
          else if (kind === 'drop') tampered.splice(index, 1);
          else if (kind === 'repeat') tampered.splice(index, 0, target);
          else tampered.splice(index, 2, ...tampered.slice(index, index + 2).reverse());
          // Dropping the end leaves a shorter whole chain; the seal and the cursor show that, not the hashes.
          const tailDropped = kind === 'drop' && index === entries.length - 1;
          const unswapped = kind === 'swap' && index === entries.length - 1;
          expect(verifyChain(CHAIN_START, origin, tampered).ok).toBe(tailDropped || unswapped);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('the seal covers tenant, origin, seq and hash, so that a shortened chain does not match it', () => {
    const { env } = virtualWorld();
    const tenant = newId<'tenant'>(env);
    const origin = newId<'origin'>(env);
    const texts = [
      sealText(tenant, origin, { seq: 1, hash: 'a' }),
      sealText(tenant, origin, { seq: 2, hash: 'a' }),
      sealText(tenant, origin, { seq: 1, hash: 'b' }),
      sealText(newId<'tenant'>(env), origin, { seq: 1, hash: 'a' }),
      sealText(tenant, newId<'origin'>(env), { seq: 1, hash: 'a' }),
    ];
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('I-LED-6: personal data is beside the chain: erasing it leaves the chain verifiable, changing it shows', () => {
    const { env } = virtualWorld();
    const origin = buildOrigin(env, newId<'tenant'>(env));
    const [chained] = origin.write([
      draft(
        'TICKET_HOLD',
        'ticket',
        newId<string>(env),
        { reason: 'x' },
        { private: { name: 'Ana Canária' } },
      ),
    ]);
    if (chained === undefined || chained.private === null) throw new Error('nothing was written');
    expect(JSON.stringify(chained.entry)).not.toContain('Canária');
    expect(commitmentOf(chained.private)).toBe(chained.entry.commitment);
    expect(commitmentOf({ ...chained.private, data: { name: 'Ana Outra' } })).not.toBe(
      chained.entry.commitment,
    );
    expect(verifyChain(CHAIN_START, origin.id, [chained.entry])).toMatchObject({ ok: true });
  });

  it('every entry that is written is of the form that the door parses', () => {
    fc.assert(
      fc.property(histories, (history) => {
        for (const entry of history.writers.flat()) {
          expect(ledgerEntrySchema.parse(JSON.parse(JSON.stringify(entry)))).toEqual(entry);
        }
      }),
      { numRuns: 50 },
    );
  });
});
