/** What a technician takes along: the newest lines of the log and what the device says of itself, as one file on this machine. */
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The newest lines of this process. They have been written elsewhere already. */
export interface LogRing {
  write(line: string): void;
  lines(): readonly string[];
}

const LINES_MAX = 2_000;
const LINE_LENGTH_MAX = 4_000;
const FILES_MAX = 5;
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

export function createLogRing(): LogRing {
  const kept: string[] = [];
  return {
    write(line) {
      kept.push(line.slice(0, LINE_LENGTH_MAX).trimEnd());
      if (kept.length > LINES_MAX) kept.shift();
    },
    lines: () => [...kept],
  };
}

/** Writes the file, and removes the oldest of the former ones. @throws the system's error. */
export function exportLogs(
  folder: string,
  at: string,
  about: object,
  lines: readonly string[],
): { readonly path: string; readonly bytes: number } {
  mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  const path = join(folder, `totem-${at.replaceAll(/[^0-9TZ]/g, '')}.jsonl`);
  writeFileSync(path, `${[JSON.stringify(about), ...lines].join('\n')}\n`, { mode: FILE_MODE });
  const files = readdirSync(folder)
    .filter((file) => /^totem-\w+\.jsonl$/.test(file))
    .sort();
  for (const file of files.slice(0, -FILES_MAX)) rmSync(join(folder, file));
  return { path, bytes: statSync(path).size };
}
