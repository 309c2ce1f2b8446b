/** Children with budgets: real processes, since what is tested is what the operating system does with them. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ChildEnd, runChild, stopChildren } from './child.ts';

const BUDGET_MS = 30_000;
const FOREVER = 'setInterval(() => {}, 60_000);';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'totem-child-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function runNode(code: string, budgetMs = BUDGET_MS, graceMs = 100): Promise<ChildEnd> {
  return runChild({
    program: process.execPath,
    args: ['-e', code],
    cwd: folder,
    env: process.env,
    budgetMs,
    graceMs,
  });
}

/** Waits for the file that a child writes when it is ready. */
async function textOf(name: string): Promise<string> {
  const path = join(folder, name);
  await expect
    .poll(() => existsSync(path) && readFileSync(path, 'utf8'), { timeout: BUDGET_MS })
    .toBeTruthy();
  return readFileSync(path, 'utf8');
}

/** Whether a process runs; one that ended and was not yet collected does not. */
function runs(pid: string): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return false;
  }
}

describe('a child process', () => {
  test('ends by itself with its own exit code', async () => {
    expect(await runNode('process.exit(3)')).toEqual({ kind: 'exited', code: 3 });
  });

  test('that is ended by a signal from elsewhere has failed', async () => {
    expect(await runNode("process.kill(process.pid, 'SIGKILL')")).toEqual({ kind: 'exited', code: 1 });
  });

  test('is stopped when its budget is over', async () => {
    expect(await runNode(FOREVER, 200)).toEqual({ kind: 'killed', why: 'budget' });
  });

  test('that does not listen is ended', async () => {
    const end = runNode(
      `process.on('SIGTERM', () => {}); require('fs').writeFileSync('ready', 'yes'); ${FOREVER}`,
    );
    await textOf('ready');
    stopChildren();
    expect(await end).toEqual({ kind: 'killed', why: 'interrupted' });
  });

  test('takes along what it started, also what has left its process group', async () => {
    const end = runNode(`
      const { spawn } = require('child_process');
      const child = spawn(process.execPath, ['-e', ${JSON.stringify(FOREVER)}], { detached: true, stdio: 'ignore' });
      child.once('spawn', () => require('fs').writeFileSync('pid', String(child.pid)));
      ${FOREVER}`);
    const pid = await textOf('pid');
    expect(runs(pid)).toBe(true);
    stopChildren();
    expect(await end).toEqual({ kind: 'killed', why: 'interrupted' });
    await expect.poll(() => runs(pid), { timeout: BUDGET_MS }).toBe(false);
  });

  test('whose program does not exist is an error', async () => {
    const request = { args: [], cwd: folder, env: process.env, budgetMs: BUDGET_MS };
    await expect(runChild({ ...request, program: join(folder, 'nothing') })).rejects.toThrow('ENOENT');
  });
});
