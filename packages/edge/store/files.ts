/**
 * The files of a totem's data, and how those of a damaged database are set aside: linked into a folder of their own first, all
 * of them, and only then taken away, so that a power cut at any moment leaves either the old files in place or all of them in
 * the folder. A log that is left beside another database would be read into it.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

export const DATABASE_FILE = 'totem.db';
export const JOURNAL_DIR = 'journal';
const DAMAGED_DIR = 'damaged';
/** Damaged databases that are kept for whoever looks into it; each may be as large as the database. */
export const DAMAGED_KEPT = 3;
const DIR_MODE = 0o700;
/** In a folder: every file is in it; what was in them is in the new database. */
const COMPLETE = 'complete';
const SALVAGED = 'salvaged';

/** Sets the files of a damaged database and its journal aside. @returns the folder. */
export function setAside(path: string): string {
  const dir = dirname(path);
  const last = foldersOf(dir).at(-1) ?? 0;
  const folder = join(dir, DAMAGED_DIR, String(last + 1).padStart(4, '0'));
  mkdirSync(join(folder, JOURNAL_DIR), { recursive: true, mode: DIR_MODE });
  for (const name of filesOf(dir)) linkSync(join(dir, name), join(folder, name));
  for (const one of [join(folder, JOURNAL_DIR), folder, join(dir, DAMAGED_DIR), dir]) syncDir(one);
  mark(folder, COMPLETE);
  clearFiles(path);
  return folder;
}

/** The folder whose facts are not in the new database yet; what was begun of one is undone. */
export function awaitingSalvage(path: string): string | undefined {
  const dir = dirname(path);
  for (const number of foldersOf(dir)) {
    const folder = folderOf(dir, number);
    if (existsSync(join(folder, SALVAGED))) continue;
    if (existsSync(join(folder, COMPLETE))) return folder;
    rmSync(folder, { recursive: true, force: true });
  }
  return undefined;
}

/** The facts of a folder are in the new database. The oldest folders go. */
export function markSalvaged(folder: string): void {
  mark(folder, SALVAGED);
  const dir = dirname(dirname(folder));
  for (const number of foldersOf(dir).slice(0, -DAMAGED_KEPT))
    rmSync(folderOf(dir, number), { recursive: true, force: true });
}

/** Takes away what is kept of damaged databases whose facts are in the present one. */
export function dropSalvaged(path: string): void {
  const dir = dirname(path);
  for (const number of foldersOf(dir)) {
    const folder = folderOf(dir, number);
    if (existsSync(join(folder, SALVAGED))) rmSync(folder, { recursive: true, force: true });
  }
}

/** Takes database and journal away. The log goes first, so that it never lies beside another database. */
export function clearFiles(path: string): void {
  const dir = dirname(path);
  for (const name of filesOf(dir).reverse()) rmSync(join(dir, name), { force: true });
  syncDir(dir);
}

/** The database comes first, and what depends on it after it. */
function filesOf(dir: string): string[] {
  const names = [DATABASE_FILE, `${DATABASE_FILE}-shm`, `${DATABASE_FILE}-wal`];
  const journal = existsSync(join(dir, JOURNAL_DIR)) ? readdirSync(join(dir, JOURNAL_DIR)) : [];
  return [...names, ...journal.map((name) => join(JOURNAL_DIR, name))].filter((name) =>
    existsSync(join(dir, name)),
  );
}

function foldersOf(dir: string): number[] {
  const all = existsSync(join(dir, DAMAGED_DIR)) ? readdirSync(join(dir, DAMAGED_DIR)) : [];
  return all
    .filter((name) => /^\d{4,}$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

function folderOf(dir: string, number: number): string {
  return join(dir, DAMAGED_DIR, String(number).padStart(4, '0'));
}

function mark(folder: string, name: string): void {
  writeFileSync(join(folder, name), '', { flush: true });
  syncDir(folder);
}

function syncDir(dir: string): void {
  const fd = openSync(dir, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
