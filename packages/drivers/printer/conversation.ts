/** Questions and answers over a link: each wait has a limit, and an answer goes to whoever expects that kind of answer. */
import type { Timers } from '@totem/domain';
import type { PrinterLink } from './link.ts';
import { type PrinterStatus, UNREACHABLE } from './port.ts';
import type { StatusQuestion } from './profile.ts';
import { readStatus, statusQuestion } from './status.ts';
import { createReplyParser, type PrinterReply } from './status-parser.ts';

/** One reply that somebody waits for. */
export interface Expected {
  /** The reply, once it is there. */
  reply(): PrinterReply | null;
  /** Waits for it. `late`: not within the time; it may be waited for again. `closed`: the line broke. */
  within(limitMs: number): Promise<'arrived' | 'late' | 'closed'>;
  /** Ends the expectation; must be called. */
  cancel(): void;
}

export interface Conversation {
  readonly link: PrinterLink;
  /** Registers an expectation; the oldest that accepts a reply gets it, and a reply that nobody expects is dropped. */
  expect(accepts: (reply: PrinterReply) => boolean): Expected;
  /** Hands bytes over, within a time. */
  send(bytes: Uint8Array, limitMs: number): Promise<boolean>;
}

export function converse(link: PrinterLink, timers: Timers): Conversation {
  const parser = createReplyParser();
  const expectations = new Set<(reply: PrinterReply) => boolean>();
  link.onData((bytes) => {
    for (const reply of parser.push(bytes)) {
      for (const offer of expectations) if (offer(reply)) break;
    }
  });

  const limited = async <T>(work: Promise<T>, limitMs: number): Promise<T | 'late'> => {
    const late = Promise.withResolvers<'late'>();
    const cancelTimer = timers.after(limitMs, () => late.resolve('late'));
    const first = await Promise.race([work, late.promise]);
    cancelTimer();
    return first;
  };

  const expect = (accepts: (reply: PrinterReply) => boolean): Expected => {
    const arrived = Promise.withResolvers<'arrived'>();
    let found: PrinterReply | null = null;
    const offer = (reply: PrinterReply): boolean => {
      if (found !== null || !accepts(reply)) return false;
      found = reply;
      expectations.delete(offer);
      arrived.resolve('arrived');
      return true;
    };
    expectations.add(offer);
    const settled = Promise.race([arrived.promise, link.closed.then((): 'closed' => 'closed')]);
    return {
      reply: () => found,
      within: (limitMs) => limited(settled, limitMs),
      cancel: () => {
        expectations.delete(offer);
      },
    };
  };

  return {
    link,
    expect,
    send: async (bytes, limitMs) => (await limited(link.write(bytes), limitMs)) === true,
  };
}

/**
 * Asks the status questions one by one, each after the answer to the last: the answers do not say what they answer.
 * A question without an answer in time makes the printer unreachable, and nothing more may be asked on this line, because
 * a late answer would be taken for the next one's.
 */
export async function askStatus(
  conversation: Conversation,
  questions: readonly StatusQuestion[],
  replyMs: number,
): Promise<PrinterStatus> {
  const answers = new Map<StatusQuestion, number>();
  for (const question of questions) {
    const expected = conversation.expect((reply) => reply.kind === 'realtime');
    void conversation.link.write(statusQuestion(question));
    await expected.within(replyMs);
    expected.cancel();
    const reply = expected.reply();
    if (reply?.kind !== 'realtime') return UNREACHABLE;
    answers.set(question, reply.byte);
  }
  return readStatus(answers);
}
