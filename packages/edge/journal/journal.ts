/**
 * The journal: a second copy of the ledger in plain files beside the database, for the day on which the database is damaged.
 * It follows the ledger off the customer's path, is on disk within a second, and forgets what the cloud has.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError, type Timers } from '@totem/domain';
import type { Log } from '@totem/host';
import { entriesAfter } from '../ledger/entries.ts';
import { allOrigins, type OriginState } from '../ledger/origins.ts';
import type { ReadHandle } from '../store/connection.ts';
import type { Store } from '../store/store.ts';
import { encodeLine, type JournalLine, readSegment, segmentName, segmentNumbers } from './lines.ts';
import { aboutOf, stateOf } from './state-lines.ts';

/** From a commit to the journal; with the sync it is within a second. */
const FLUSH_MS = 500;
const ENTRIES_AT_ONCE = 500;
/** A segment that is this long is followed by another; a whole segment is forgotten at once. */
export const SEGMENT_BYTES = 1024 * 1024;
/** More is not kept, whatever the cloud has: the oldest goes, and is still in the database. */
export const JOURNAL_BYTES_MAX = 64 * 1024 * 1024;
const FILE_MODE = 0o600;

export interface Journal {
  /** There may be something new. */
  wake(): void;
  /** Resolves when everything committed before is on disk here too, or could not be written. */
  flush(): Promise<void>;
  /** The files were taken away with a damaged database: begins anew. */
  restart(): void;
  bytes(): number;
  /** Writes what is left. */
  stop(): Promise<void>;
}

interface Segment {
  readonly number: number;
  bytes: number;
  /** The last seq of each origin that is in it. */
  readonly last: Map<string, number>;
}

export function createJournal(parts: {
  readonly dir: string;
  readonly store: Store;
  readonly timers: Timers;
  readonly log: Log;
}): Journal {
  const { dir, store, timers, log } = parts;
  let segments: Segment[] = [];
  /** The last seq of each origin that is written, and that is written as acknowledged. */
  let written = new Map<string, number>();
  let acked = new Map<string, number>();
  /** What the current segment says of numbers and of the catalogue, by what it is about. */
  let said = new Map<string, string>();
  let file: FileHandle | undefined;
  let running: Promise<void> | undefined;
  let cancel: (() => void) | undefined;

  const note = (segment: Segment, line: JournalLine): void => {
    switch (line.kind) {
      case 'acked':
        acked.set(line.origin, line.seq);
        return;
      case 'entry':
        segment.last.set(line.entry.origin, line.entry.seq);
        written.set(line.entry.origin, line.entry.seq);
        return;
      case 'number':
      case 'row':
        said.set(aboutOf(line), JSON.stringify(line));
        return;
      default:
        line satisfies never;
    }
  };
  const load = (): void => {
    segments = [];
    written = new Map();
    acked = new Map();
    for (const number of segmentNumbers(dir)) {
      const segment: Segment = { number, bytes: 0, last: new Map() };
      for (const line of readSegment(dir, number)) {
        segment.bytes += encodeLine(line).length;
        note(segment, line);
      }
      segments.push(segment);
    }
  };
  /** Entries are read from the database when they are due, so nothing gathers in memory when the disk does not take them. */
  const due = (db: ReadHandle): JournalLine[] => {
    const lines: JournalLine[] = [];
    for (const { origin, acked: now } of allOrigins(db)) {
      const entries = entriesAfter(db, origin, Math.max(written.get(origin) ?? 0, now), ENTRIES_AT_ONCE);
      for (const { entry } of entries) lines.push({ kind: 'entry', entry });
      if (now !== (acked.get(origin) ?? 0)) lines.push({ kind: 'acked', origin, seq: now });
    }
    return [...lines, ...stateOf(db).filter((line) => said.get(aboutOf(line)) !== JSON.stringify(line))];
  };
  const current = async (): Promise<[Segment, FileHandle]> => {
    const last = segments.at(-1);
    if (last !== undefined && file !== undefined && last.bytes < SEGMENT_BYTES) return [last, file];
    await file?.close();
    file = undefined;
    mkdirSync(dir, { recursive: true });
    // Always a new file: after half a line nothing more is written to the one that has it.
    const segment: Segment = { number: (last?.number ?? 0) + 1, bytes: 0, last: new Map() };
    file = await open(join(dir, segmentName(segment.number)), 'a', FILE_MODE);
    segments.push(segment);
    // Whoever reads from here must know how far the cloud was, and what the totem sells.
    acked = new Map();
    said = new Map();
    return [segment, file];
  };
  const write = async (): Promise<boolean> => {
    const [segment, handle] = await current();
    const lines = store.read(due);
    if (lines.length === 0) return false;
    const text = lines.map(encodeLine).join('');
    await handle.appendFile(text);
    await handle.datasync();
    segment.bytes += Buffer.byteLength(text);
    for (const line of lines) note(segment, line);
    forget(store.read(allOrigins));
    return true;
  };
  const forget = (origins: readonly OriginState[]): void => {
    const known = new Map<string, number>(origins.map(({ origin, acked: seq }) => [origin, seq]));
    const isDone = ({ last }: Segment) => [...last].every(([origin, seq]) => seq <= (known.get(origin) ?? 0));
    let bytes = total();
    while (segments.length > 1) {
      const [oldest] = segments;
      if (oldest === undefined || !(isDone(oldest) || bytes > JOURNAL_BYTES_MAX)) return;
      rmSync(join(dir, segmentName(oldest.number)), { force: true });
      bytes -= oldest.bytes;
      segments.shift();
    }
  };
  const total = () => segments.reduce((sum, { bytes }) => sum + bytes, 0);
  const run = async (): Promise<void> => {
    try {
      while (store.fault() === undefined && (await write()));
    } catch (error) {
      if (!(error instanceof ProblemError)) log.warn({ err: error }, 'the journal could not be written');
      await file?.close().catch(() => undefined);
      file = undefined;
    }
  };
  const flush = async (): Promise<void> => {
    // What runs may have read before the commit that is meant.
    while (running !== undefined) await running;
    running = run().finally(() => {
      running = undefined;
    });
    await running;
  };
  load();
  return {
    wake() {
      cancel ??= timers.after(FLUSH_MS, () => {
        cancel = undefined;
        void flush();
      });
    },
    flush,
    restart() {
      void file?.close().catch(() => undefined);
      file = undefined;
      load();
    },
    bytes: total,
    async stop() {
      cancel?.();
      await flush();
      await file?.close();
      file = undefined;
    },
  };
}
