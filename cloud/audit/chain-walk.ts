/**
 * The walk along a tenant's ledger in the cloud's order of receipt: every position once, every origin's chain without a gap,
 * every hash true. It sees each entry once and remembers only where each origin stands.
 */
import { createHash } from 'node:crypto';
import { CHAIN_START, type ChainHead } from '@totem/domain';
import { chainFieldsSchema } from '@totem/sync/push';
import type { SqlRow } from '../db/with-tenant.ts';
import { rowCommitment, rowHash } from './canonical-entry.ts';
import type { Faults, LedgerFaultKind } from './faults.ts';

/** Where a walk begins: at the beginning of the ledger, or after what was sealed and is kept no more. */
export interface WalkStart {
  readonly position: number;
  readonly heads: ReadonlyMap<string, ChainHead>;
}

/** What the walk saw of one origin. */
export interface WalkedOrigin {
  readonly origin: string;
  readonly entries: number;
  /** Entries that were judged and kept aside: links of the chain without a position. */
  readonly aside: number;
  readonly privates: number;
  /** Entries whose personal data was erased. */
  readonly erased: number;
  readonly firstSeq: number;
  readonly head: ChainHead;
  readonly faults: number;
}

/** Seqs between what was walked of an origin and its next entry: they should be among what was kept aside. */
export interface Gap {
  readonly origin: string;
  readonly after: number;
  readonly before: number;
}

export interface ChainWalk {
  readonly position: number;
  readonly entries: number;
  gapBefore(row: SqlRow): Gap | undefined;
  /** The gap at the end of an origin, up to its cursor. */
  gapAtEnd(origin: string, cursorSeq: number): Gap | undefined;
  /** Goes on over an entry that was kept aside, if it is the next link. */
  bridge(aside: SqlRow): void;
  /** @param beside the row of its personal data, if there is one. */
  take(row: SqlRow, beside: SqlRow | undefined): void;
  headOf(origin: string): ChainHead;
  origins(): readonly WalkedOrigin[];
}

type OriginState = { -readonly [K in keyof WalkedOrigin]: WalkedOrigin[K] };

/** @param opened the origins that were ever opened. */
export function createChainWalk(start: WalkStart, opened: ReadonlySet<string>, faults: Faults): ChainWalk {
  const states = new Map<string, OriginState>();
  let position = start.position;
  let entries = 0;
  const stateOf = (origin: string): OriginState => {
    const known = states.get(origin);
    if (known !== undefined) return known;
    const head = start.heads.get(origin) ?? CHAIN_START;
    const state = {
      origin,
      entries: 0,
      aside: 0,
      privates: 0,
      erased: 0,
      firstSeq: head.seq + 1,
      head,
      faults: 0,
    };
    states.set(origin, state);
    return state;
  };
  return {
    get position() {
      return position;
    },
    get entries() {
      return entries;
    },
    gapBefore: (row) => gapOf(stateOf(String(row.origin)), Number(row.seq)),
    gapAtEnd: (origin, cursorSeq) => gapOf(stateOf(origin), cursorSeq + 1),
    bridge: (aside) => {
      const state = stateOf(String(aside.origin));
      const head = bridged(state.head, aside);
      if (head === undefined) return;
      state.head = head;
      state.aside += 1;
    },
    take: (row, beside) => {
      const state = stateOf(String(row.origin));
      const seq = Number(row.seq);
      const at = Number(row.position);
      const place = { origin: state.origin, seq, position: at };
      const found = [
        at === position + 1 ? [] : [['position', `expected ${position + 1}`] as const],
        opened.has(state.origin) || state.entries > 0 ? [] : [['origin', 'was never opened'] as const],
        linkFault(state.head, row),
        privateFault(row, beside),
      ].flat();
      for (const [fault, detail] of found) faults.add(fault, detail, place);
      state.faults += found.length;
      state.entries += 1;
      if (beside !== undefined) state.privates += 1;
      else if (row.commitment !== null) state.erased += 1;
      // What follows is held to what is there, so that one fault is one fault.
      state.head = { seq, hash: String(row.hash) };
      position = at;
      entries += 1;
    },
    headOf: (origin) => stateOf(origin).head,
    origins: () => [...states.values()],
  };
}

type Found = readonly (readonly [fault: LedgerFaultKind, detail: string])[];

function gapOf({ origin, head }: OriginState, next: number): Gap | undefined {
  return next > head.seq + 1 ? { origin, after: head.seq, before: next } : undefined;
}

function linkFault(head: ChainHead, row: SqlRow): Found {
  if (Number(row.seq) !== head.seq + 1) return [['seq', `expected ${head.seq + 1}`]];
  if (row.prev_hash !== head.hash) return [['prev_hash', 'is not the hash of the entry before']];
  return rowHash(row) === row.hash ? [] : [['hash', 'is not the hash of the entry']];
}

function privateFault(row: SqlRow, beside: SqlRow | undefined): Found {
  if (beside === undefined) return [];
  if (row.commitment === null) return [['private', 'the entry commits to no personal data']];
  const isSame =
    rowCommitment(beside.salt ?? '', beside.data ?? '') === row.commitment &&
    beside.entity === row.entity &&
    beside.entity_id === row.entity_id;
  return isSame ? [] : [['private', 'is not what the entry commits to']];
}

/** The head after an entry that was kept aside; undefined when it is not the next link, or its bytes are not what they were. */
function bridged(head: ChainHead, aside: SqlRow): ChainHead | undefined {
  const bytes = Buffer.from(aside.bytes ?? '', 'base64');
  if (createHash('sha256').update(bytes).digest('hex') !== aside.digest) return undefined;
  const fields = chainFieldsSchema.safeParse(jsonOf(bytes));
  if (!fields.success) return undefined;
  const { origin, seq, hash, prevHash } = fields.data;
  const isNext = seq === head.seq + 1 && prevHash === head.hash;
  const isRow = origin === aside.origin && String(seq) === aside.seq && hash === aside.hash;
  return isNext && isRow ? { seq, hash } : undefined;
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
