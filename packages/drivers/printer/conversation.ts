/** Questions and answers over a link: each wait has a limit, and an answer goes to whoever expects that kind of answer. */
import type { Timers } from '@totem/domain';
import type { PrinterLink } from './link.ts';
import type { PrinterReply, ReplyParser } from './talk/reply.ts';

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
  /** Registers an expectation that only looks: what it accepts is still somebody else's. */
  watch(accepts: (reply: PrinterReply) => boolean): Expected;
  /** Hands bytes over, within a time. */
  send(bytes: Uint8Array, limitMs: number): Promise<boolean>;
}

export function converse(link: PrinterLink, timers: Timers, parser: ReplyParser): Conversation {
  /** Each says whether the reply is taken away by it. */
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

  const expecting = (accepts: (reply: PrinterReply) => boolean, takes: boolean): Expected => {
    const arrived = Promise.withResolvers<'arrived'>();
    let found: PrinterReply | null = null;
    const offer = (reply: PrinterReply): boolean => {
      if (found !== null || !accepts(reply)) return false;
      found = reply;
      expectations.delete(offer);
      arrived.resolve('arrived');
      return takes;
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
    expect: (accepts) => expecting(accepts, true),
    watch: (accepts) => expecting(accepts, false),
    send: async (bytes, limitMs) => (await limited(link.write(bytes), limitMs)) === true,
  };
}

/** Asks, and waits for the one answer. @returns null when it did not come in time. */
export async function ask(
  conversation: Conversation,
  question: Uint8Array,
  accepts: (reply: PrinterReply) => boolean,
  replyMs: number,
): Promise<PrinterReply | null> {
  const expected = conversation.expect(accepts);
  void conversation.link.write(question);
  await expected.within(replyMs);
  expected.cancel();
  return expected.reply();
}
