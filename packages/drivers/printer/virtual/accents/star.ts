/** Star Line as a printer speaks it. */
import { ETB_COUNTS, STAR_BITS, STAR_QUESTION, STAR_STATUS_BYTES, starBits } from '../../talk/star-talk.ts';
import { type Accent, type Condition, endsWith } from './accent.ts';
import { readStar } from './star-tokens.ts';

export const starAccent: Accent = {
  readToken: readStar,
  answerAtOnce: (heard, condition) => (endsWith(heard, STAR_QUESTION) ? statusOf(condition()) : null),
  answerInTurn: () => null,
  automatic: () => null,
};

function statusOf(condition: Condition): Uint8Array {
  const { state, error, paper, counter } = STAR_BITS;
  const bytes = new Uint8Array(STAR_STATUS_BYTES);
  bytes[0] = 0x01 | starBits(STAR_STATUS_BYTES);
  bytes[state.at] = (condition.coverOpen ? state.coverOpen : 0) | (condition.isOffline ? state.offline : 0);
  bytes[error.at] = condition.jammed ? error.mechanical : 0;
  bytes[paper.at] =
    (condition.paper === 'out' ? paper.end : 0) | (condition.paper === 'ok' ? 0 : paper.nearEnd);
  bytes[counter.at] = starBits(condition.etbCount % ETB_COUNTS);
  return bytes;
}
