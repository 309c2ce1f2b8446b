/** The stage of end-to-end tests: the whole demo in a folder and a database of its own, and the system's browser. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, entriesOfOrigin, readTenant } from '@totem/cloud';
import { CHAIN_START, type LedgerEntry, type OriginId, verifyChain } from '@totem/domain';
import { createLog } from '@totem/host';
import { launchBrowser } from '@totem/testkit/browser';
import { testDatabase } from '@totem/testkit/postgres';
import type { Browser, Page } from 'playwright-core';
import { type Demo, startDemo } from '../demo/demo.ts';

export interface Stage {
  readonly demo: Demo;
  readonly browser: Browser;
  /** Opens a page as somebody with that screen and language would. */
  open(url: string, screen: { width: number; height: number }, locale?: string): Promise<Page>;
  kioskUrl(totem: number): string;
  /** Rows as PostgreSQL has them, within the tenant. */
  rows(sql: string): Promise<readonly Readonly<Record<string, string | null>>[]>;
  /** Every origin's entries in PostgreSQL, after checking that each chain is whole. @throws Error at the first fault. */
  verifiedChains(): Promise<ReadonlyMap<string, readonly LedgerEntry[]>>;
  /** Resolves when `holds` does, asking again after each look; the test's own timeout ends it. */
  until(holds: () => Promise<boolean> | boolean): Promise<void>;
  close(): Promise<void>;
}

const LOOK_EVERY_MS = 100;

export interface StageOptions {
  /** Whether the first totem is the hub of the branch. */
  readonly withHub?: boolean;
  /** Runs a PostgreSQL of its own, for what is no test and has none to share. */
  readonly ownPostgres?: boolean;
}

export async function openStage({ withHub = false, ownPostgres = false }: StageOptions = {}): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'totem-e2e-'));
  const log = createLog('e2e', { level: 'silent' });
  const shared = ownPostgres ? undefined : await testDatabase();
  const demo = await startDemo({
    dataDir: folder,
    log,
    fixedPorts: false,
    withHub,
    ...(shared === undefined ? {} : { database: shared.urls }),
  });
  const browser = await launchBrowser();
  const db = createDatabase(demo.postgres.urls, log);
  const { tenantId } = demo.seed;
  const rows: Stage['rows'] = (sql) => readTenant(db, tenantId, (tx) => tx.all({ name: '', text: sql }));
  return {
    demo,
    browser,
    rows,
    async open(url, viewport, locale = 'pt-BR') {
      const context = await browser.newContext({
        viewport,
        locale,
        hasTouch: viewport.height > viewport.width,
      });
      const page = await context.newPage();
      await page.goto(url);
      return page;
    },
    kioskUrl(number) {
      const ready = demo.totems.find((totem) => totem.number === number)?.process.ready();
      if (ready === undefined) throw new Error(`totem ${number} does not run`);
      return `${ready.url}/#token=${ready.token}`;
    },
    async verifiedChains() {
      const chains = new Map<string, readonly LedgerEntry[]>();
      for (const { origin } of await rows('SELECT DISTINCT origin FROM audit_log')) {
        const entries = await readTenant(db, tenantId, (tx) => entriesOfOrigin(tx, String(origin)));
        const verdict = verifyChain(CHAIN_START, String(origin) as OriginId, entries);
        if (!verdict.ok) throw new Error(`the chain of ${origin} breaks at ${verdict.seq}: ${verdict.fault}`);
        chains.set(String(origin), entries);
      }
      return chains;
    },
    async until(holds) {
      while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    },
    async close() {
      await browser.close();
      await db.close();
      await demo.stop();
      await shared?.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
