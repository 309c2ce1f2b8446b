/** ESC/POS: DLE EOT for the status, and an echoed id or an answer in order for a job. */
import { ask, type Conversation } from '../conversation.ts';
import { type PrinterStatus, UNREACHABLE } from '../port.ts';
import type { SpokenProfile, StatusQuestion } from '../profile.ts';
import { readStatus, statusQuestion } from './escpos-status.ts';
import type { PrinterReply } from './reply.ts';
import type { Completing, Talk } from './talk.ts';

const GS = 0x1d;
/** DLE EOT 20: a presenter's full status. */
const FULL_STATUS_QUESTION = Uint8Array.of(0x10, 0x04, 0x14);
/** In its first byte: a slip waits at the mouth. */
const AT_MOUTH = 0x20;
/** GS e 2: draws the slip in. */
const RETRACT = Uint8Array.of(GS, 0x65, 2);

export function escPosTalk(conversation: Conversation, profile: SpokenProfile): Talk {
  return {
    status: (replyMs) => askStatus(conversation, profile.statusQuestions, replyMs),
    complete: (id) =>
      profile.completion === 'process_id' ? echoed(conversation, id) : answeredInOrder(conversation),
    isSlipAtMouth: async (replyMs) => {
      if (profile.presenter === null) return null;
      const isPresenter = ({ kind }: PrinterReply): boolean => kind === 'presenter';
      const reply = await ask(conversation, FULL_STATUS_QUESTION, isPresenter, replyMs);
      return reply?.kind === 'presenter' ? ((reply.bytes[0] ?? 0) & AT_MOUTH) !== 0 : null;
    },
    retract: () => void conversation.link.write(RETRACT),
  };
}

/** GS ( H: the printer echoes the id when the data before it is on paper. */
function echoed(conversation: Conversation, id: Uint8Array): Completing {
  return {
    bytes: Uint8Array.of(GS, 0x28, 0x48, 0x06, 0x00, 0x30, 0x30, ...id),
    answer: conversation.expect(
      (reply) =>
        reply.kind === 'block' &&
        reply.header === 0x37 &&
        reply.data[0] === 0x22 &&
        id.every((digit, index) => reply.data[index + 1] === digit),
    ),
    provesPaper: true,
  };
}

/** GS r 1. */
function answeredInOrder(conversation: Conversation): Completing {
  return {
    bytes: Uint8Array.of(GS, 0x72, 0x01),
    answer: conversation.expect(({ kind }) => kind === 'single'),
    provesPaper: false,
  };
}

/** One by one, each after the answer to the last: the answers do not say what they answer. */
async function askStatus(
  conversation: Conversation,
  questions: readonly StatusQuestion[],
  replyMs: number,
): Promise<PrinterStatus> {
  const answers = new Map<StatusQuestion, number>();
  for (const question of questions) {
    const isRealtime = ({ kind }: PrinterReply): boolean => kind === 'realtime';
    const reply = await ask(conversation, statusQuestion(question), isRealtime, replyMs);
    if (reply?.kind !== 'realtime') return UNREACHABLE;
    answers.set(question, reply.byte);
  }
  return readStatus(answers);
}
