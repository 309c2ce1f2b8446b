/** What happened on this screen lately, for whoever asks from afar: a few hundred lines, in memory. */
import type { Env } from '@totem/domain';

const LINES_MAX = 300;
const LINE_LENGTH_MAX = 400;
/** Less than a body may hold. */
const LENGTH_MAX = 30_000;

export interface ScreenLog {
  write(line: string): void;
  /** The newest, oldest first. */
  text(): string;
}

export function createScreenLog(env: Pick<Env, 'now'>): ScreenLog {
  const lines: string[] = [];
  return {
    write(line) {
      lines.push(`${new Date(env.now()).toISOString()} ${line.slice(0, LINE_LENGTH_MAX)}`);
      if (lines.length > LINES_MAX) lines.shift();
    },
    text: () => lines.join('\n').slice(-LENGTH_MAX),
  };
}
