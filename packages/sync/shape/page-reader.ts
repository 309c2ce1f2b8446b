/**
 * Reads what a shape's clients have not seen yet. Reads of one shape from one position that are asked for at the same
 * moment are done once and share their text: a change that wakes a thousand clients is filtered and encoded once.
 */

import { byteLength } from './byte-length.ts';
import type { Change, ChangeLog, ShapeDefinition } from './change-log.ts';
import type { ShapeLimits } from './limits.ts';
import { type LogMessage, transactionMessages, upToDateMessage } from './messages.ts';
import type { Replica } from './request.ts';

/** Messages after a position: whole transactions, unless one alone is longer than an answer may be. */
export interface Page {
  /** What is answered: the messages and, unless there is more, that the client is up to date. One text for all who get it. */
  readonly body: string;
  readonly messages: number;
  readonly bytes: number;
  /** Complete for the shape up to here. */
  readonly through: bigint;
  /** Whether the log already has changes after `through`. */
  readonly more: boolean;
  readonly floor: bigint;
}

export interface PageRequest {
  readonly shape: ShapeDefinition;
  readonly replica: Replica;
  /** Stands for shape and replica. */
  readonly fingerprint: string;
  readonly after: bigint;
}

export interface PageReader {
  read(request: PageRequest): Promise<Page>;
}

export function createPageReader(log: ChangeLog, limits: ShapeLimits): PageReader {
  const gathering = new Map<string, Promise<Page>>();
  return {
    read: (request) => {
      const key = `${request.fingerprint} ${request.after}`;
      const joined = gathering.get(key);
      if (joined !== undefined) return joined;
      // A request may join only until the read begins: one that arrives later could have seen a newer commit already,
      // and an older answer that says up-to-date would hide it.
      const page = Promise.resolve().then(() => {
        gathering.delete(key);
        return scan(log, limits, request);
      });
      gathering.set(key, page);
      return page;
    },
  };
}

async function scan(log: ChangeLog, limits: ShapeLimits, request: PageRequest): Promise<Page> {
  const { shape, replica } = request;
  const texts: string[] = [];
  let bytes = 0;
  let through = request.after;
  for (let reads = 1; ; reads += 1) {
    const read = await log.changes(shape.tenantId, shape.table, through, limits.pageChangesMax);
    const { floor } = read;
    const cutAt = (position: bigint): Page => pageOf(texts, { bytes, through: position, more: true, floor });
    const transactions = byTransaction(read.changes);
    for (const [index, transaction] of transactions.entries()) {
      const end = transaction.at(-1)?.position ?? through;
      for (const { text, position, endsChange } of withEnds(
        transactionMessages(shape, replica, transaction),
      )) {
        texts.push(text);
        bytes += byteLength(text) + 1;
        if (bytes >= limits.answerBytesMax && endsChange && position < end) return cutAt(position);
      }
      if (bytes >= limits.pageBytes && index < transactions.length - 1) return cutAt(end);
    }
    through = read.head;
    if (!read.more || bytes >= limits.pageBytes || reads >= limits.readsPerPageMax) {
      return pageOf(texts, { bytes, through, more: read.more, floor });
    }
  }
}

/** A change of the key is two messages at one position, and an offset can't stand between them. */
function withEnds(messages: readonly LogMessage[]) {
  return messages.map((message, index) => ({
    ...message,
    endsChange: messages[index + 1]?.position !== message.position,
  }));
}

function pageOf(texts: readonly string[], page: Omit<Page, 'body' | 'messages'>): Page {
  const all = page.more ? texts : [...texts, upToDateMessage(page.through)];
  return { ...page, messages: texts.length, body: `[${all.join(',')}]` };
}

function byTransaction(changes: readonly Change[]): readonly (readonly Change[])[] {
  const transactions: Change[][] = [];
  for (const change of changes) {
    const current = transactions.at(-1);
    if (current !== undefined && current[0]?.tx === change.tx) current.push(change);
    else transactions.push([change]);
  }
  return transactions;
}
