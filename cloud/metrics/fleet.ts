/**
 * What is asked of the database once a minute for all tenants together: how long queues are and how long devices have been
 * silent. It is asked through functions that return counts alone (migration 0150), by the role that no request has.
 */
import { Gauge, type Registry } from 'prom-client';
import type { Database } from '../db/pool.ts';
import { asFault, type SqlRow, type Statement } from '../db/with-tenant.ts';

const DEVICES: Statement = {
  name: 'sample-devices',
  text: 'SELECT type, seen, devices FROM sample_devices()',
};
const SILENCE: Statement = {
  name: 'sample-silence',
  text: 'SELECT type, p50, p95, longest FROM sample_silence()',
};
const QUEUES: Statement = {
  name: 'sample-queues',
  text: 'SELECT length, sites, people FROM sample_queues()',
};

const OUTBOXES: Statement = {
  name: 'sample-outboxes',
  text: 'SELECT devices, entries, oldest, attempts FROM sample_outboxes()',
};

const DELIVERIES: Statement = {
  name: 'sample-deliveries',
  text: 'SELECT kind, waiting, overdue FROM sample_deliveries()',
};

export const SAMPLE_EVERY_MS = 60_000;

export interface Fleet {
  /** Asks, and keeps the answers until the next time. @throws ProblemError `unreachable` */
  sample(): Promise<void>;
}

export function createFleet(registry: Registry, { tailer }: Pick<Database, 'tailer'>): Fleet {
  const registers = [registry];
  const devices = new Gauge({
    name: 'totem_devices',
    help: 'Devices of all tenants by type and by when they were last heard of; the same on every node.',
    labelNames: ['type', 'seen'],
    registers,
  });
  const silence = new Gauge({
    name: 'totem_device_silence_seconds',
    help: 'How long devices have been silent, of those that were heard of within a day: the half that spoke last, 95 in 100, and all.',
    labelNames: ['type', 'quantile'],
    registers,
  });
  const sites = new Gauge({
    name: 'totem_queue_sites',
    help: 'Sites of all tenants by the length of their queue; the same on every node.',
    labelNames: ['length'],
    registers,
  });
  const people = new Gauge({
    name: 'totem_queue_people',
    help: 'People who wait, at all sites of all tenants.',
    registers,
  });
  const outboxes = new Gauge({
    name: 'totem_outbox_devices',
    help: 'Devices that had entries left to send when they were last heard of.',
    registers,
  });
  const unsent = new Gauge({
    name: 'totem_outbox_entries',
    help: 'Entries that devices had left to send when they were last heard of.',
    registers,
  });
  const oldest = new Gauge({
    name: 'totem_outbox_age_seconds',
    help: 'The age of the oldest entry that a device had left to send when it was last heard of.',
    registers,
  });
  const attempts = new Gauge({
    name: 'totem_outbox_attempts',
    help: 'The most attempts in a row that had failed for a device before it was heard of again.',
    registers,
  });
  const waiting = new Gauge({
    name: 'totem_deliveries_waiting',
    help: 'What webhooks and people are still to be told, of all tenants; what waits for its next attempt included.',
    labelNames: ['kind'],
    registers,
  });
  const overdue = new Gauge({
    name: 'totem_delivery_overdue_seconds',
    help: 'How long the oldest of it has been due: the lag of those who carry it.',
    labelNames: ['kind'],
    registers,
  });
  const ask = async ({ name, text }: Statement) => (await tailer.query<SqlRow>({ name, text })).rows;
  return {
    sample: async () => {
      try {
        const [seen, silent, queues] = [await ask(DEVICES), await ask(SILENCE), await ask(QUEUES)];
        const [behind] = await ask(OUTBOXES);
        for (const gauge of [waiting, overdue]) gauge.reset();
        for (const row of await ask(DELIVERIES)) {
          waiting.set({ kind: row.kind ?? '' }, Number(row.waiting));
          overdue.set({ kind: row.kind ?? '' }, Number(row.overdue));
        }
        outboxes.set(Number(behind?.devices ?? 0));
        unsent.set(Number(behind?.entries ?? 0));
        oldest.set(Number(behind?.oldest ?? 0));
        attempts.set(Number(behind?.attempts ?? 0));
        for (const gauge of [devices, silence, sites, people]) gauge.reset();
        for (const row of seen)
          devices.set({ type: row.type ?? '', seen: row.seen ?? '' }, Number(row.devices));
        for (const { type, ...quantiles } of silent)
          for (const [quantile, seconds] of Object.entries(quantiles))
            silence.set({ type: type ?? '', quantile }, Number(seconds));
        for (const row of queues) sites.set({ length: row.length ?? '' }, Number(row.sites));
        people.set(queues.reduce((sum, row) => sum + Number(row.people), 0));
      } catch (error) {
        throw asFault(error);
      }
    },
  };
}
