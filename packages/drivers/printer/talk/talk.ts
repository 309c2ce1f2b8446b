/** How one dialect is talked to during a look or a job: its questions, and how it says that a job is out. */
import type { Conversation, Expected } from '../conversation.ts';
import type { PrinterStatus } from '../port.ts';
import type { SpokenProfile } from '../profile.ts';
import { createDarumaParser, darumaTalk } from './daruma-talk.ts';
import { createEscPosParser } from './escpos-parser.ts';
import { escPosTalk } from './escpos-talk.ts';
import type { ReplyParser } from './reply.ts';
import { createStarParser, starTalk } from './star-talk.ts';

/** What follows a job on the line, and how its answer is known. */
export interface Completing {
  readonly bytes: Uint8Array;
  readonly answer: Expected;
  /** The answer says that the job is on paper; otherwise only that it was processed, and trouble is looked for. */
  readonly provesPaper: boolean;
}

export interface Talk {
  /** Asks every question. One without an answer in time makes the printer unreachable, and nothing more may be asked on this line. */
  status(replyMs: number): Promise<PrinterStatus>;
  /** Listens for the answer to a job, from before its first byte. @param id four printable characters. */
  complete(id: Uint8Array): Completing;
  /** Whether a slip waits at the mouth; null when the printer does not say. */
  isSlipAtMouth(replyMs: number): Promise<boolean | null>;
  /** Draws the slip in. */
  retract(): void;
}

export function parserOf(profile: SpokenProfile): ReplyParser {
  switch (profile.dialect) {
    case 'escpos':
      return createEscPosParser({ hasPresenter: profile.presenter !== null });
    case 'star':
      return createStarParser();
    case 'daruma':
      return createDarumaParser();
    default:
      return profile.dialect satisfies never;
  }
}

export function talkOver(conversation: Conversation, profile: SpokenProfile): Talk {
  switch (profile.dialect) {
    case 'escpos':
      return escPosTalk(conversation, profile);
    case 'star':
      return starTalk(conversation);
    case 'daruma':
      return darumaTalk(conversation);
    default:
      return profile.dialect satisfies never;
  }
}
