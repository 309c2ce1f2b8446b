/** People are told: over real sockets by every way, in their language and hours, once when something begins and once when it is over. */
import { mkdtempSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVENT_DATA, EVENTS, type EventName, ROUTES, TEST_EVENT } from '@totem/api';
import { instantText, LOCALES, type SiteId, type TenantId } from '@totem/domain';
import { createLog, systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { NOON_MONDAY, virtualWorld } from '@totem/testkit/virtual';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { writeBackupMetrics } from '../backup/metrics.ts';
import { apiOf } from '../testing/api.ts';
import { enrolTotem } from '../testing/branch.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { type TestReceiver, testReceiver, withStatus } from '../testing/receiver.ts';
import { noticeOf } from './notice.ts';
import { ensurePlatformNotices } from './platform-notices.ts';
import { watchBackup } from './watch-backup.ts';
import { watchDevices } from './watch-devices.ts';

const MINUTE_MS = 60_000;
const world = virtualWorld();
const env = { ...systemEnv, now: world.env.now };
const log = createLog('test', { level: 'silent' });

/** A real relay: what it was given, and what it says to the next mail. */
const mails: { readonly to: readonly string[]; readonly text: string }[] = [];
let refusesMail: number | undefined;
const relay = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData(stream, session, done) {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      if (refusesMail !== undefined)
        return done(Object.assign(new Error('no'), { responseCode: refusesMail }));
      mails.push({
        to: session.envelope.rcptTo.map(({ address }) => address),
        text: Buffer.concat(chunks).toString('utf8'),
      });
      done();
    });
  },
});

let cloud: TestCloud;
let look: Onlooker;
let receiver: TestReceiver;
let tenantId: TenantId;
let siteId: SiteId;
beforeAll(async () => {
  await new Promise<void>((resolve) => void relay.listen(0, '127.0.0.1', resolve));
  const gateway = await testReceiver();
  receiver = gateway;
  cloud = await testCloud({
    env,
    timers: world.timers,
    jobsComeRound: false,
    messages: {
      allowsLoopback: true,
      mail: {
        url: `smtp://127.0.0.1:${(relay.server.address() as AddressInfo).port}`,
        from: 'Totem <totem@example.com>',
      },
      gateway: { url: gateway.url, token: 'platform-token' },
    },
  });
  look = await onlooker(cloud.urls);
  ({ tenantId, siteId } = cloud.seed);
  await look.rows('UPDATE equipment SET last_seen = NULL');
});
afterAll(async () => {
  await look.close();
  await cloud.close();
  await receiver.close();
  await new Promise<void>((resolve) => void relay.close(() => resolve()));
});
beforeEach(async () => {
  world.setClock(NOON_MONDAY);
  receiver.answers(withStatus(200));
  await look.rows('UPDATE site SET opening_hours = NULL');
});
afterEach(async () => {
  mails.length = 0;
  refusesMail = undefined;
  await look.rows('UPDATE config_notification SET deleted_at = now()');
  await look.rows('DELETE FROM delivery');
  await look.rows('DELETE FROM alert');
  await look.rows('UPDATE equipment SET deleted_at = now() WHERE public_key IS NOT NULL');
});

const admin = async () => apiOf(cloud.url, await cloud.signIn('admin'));
const setting = async (over: object) =>
  (await admin()).call(ROUTES.createNotification, {
    body: {
      channel: 'slack',
      name: 'Plantão',
      events: ['device.offline', 'device.online'],
      target: { to: ['#plantao'] },
      secret: receiver.url,
      ...over,
    } as never,
  });
const told = () => receiver.received.map(({ body }) => (JSON.parse(body) as { text: string }).text);
const watch = () => watchDevices({ db: cloud.cloud.db, env, log });
const carry = () => cloud.cloud.carryMessages();
async function totemSeen(minutesAgo: number) {
  const { equipmentId } = await enrolTotem(cloud);
  const seen = (ago: number) =>
    look.rows('UPDATE equipment SET last_seen = $2 WHERE id = $1', [
      equipmentId,
      instantText(env.now() - ago * MINUTE_MS),
    ]);
  await seen(minutesAgo);
  return { equipmentId, seen };
}

describe('each way', () => {
  test.each([
    ['slack', () => ({ secret: receiver.url })],
    ['sms', () => ({ secret: null, target: { to: ['+5581999990000'], from: 'Totem' } })],
    ['whatsapp', () => ({ secret: 'their-own', target: { to: ['+5581999990000'] } })],
  ] as const)('is tried by its button: %s', async (channel, over) => {
    const { id } = await setting({ channel, ...over() });
    const before = receiver.received.length;
    const api = await admin();
    const made = await api.call(ROUTES.testNotification, { params: { id } });
    await carry();
    const [sent] = receiver.received.slice(before);
    expect(JSON.parse(sent?.body ?? '')).toMatchObject(
      channel === 'slack'
        ? { text: 'Teste: os avisos do Totem chegam aqui.' }
        : { channel, to: ['+5581999990000'], text: 'Teste: os avisos do Totem chegam aqui.' },
    );
    if (channel !== 'slack')
      expect(sent?.headers).toMatchObject({
        authorization: channel === 'sms' ? 'Bearer platform-token' : 'Bearer their-own',
        'idempotency-key': made.eventId,
      });
    expect((await api.call(ROUTES.getDelivery, { params: { id: made.id } })).state).toBe('delivered');
  });

  test('of mail goes over the relay, tries again what is put off, and gives up what is refused for good', async () => {
    const { id } = await setting({
      channel: 'email',
      secret: null,
      target: { to: ['ana@example.com', 'rui@example.com'] },
      locale: 'en',
    });
    const api = await admin();
    const made = await api.call(ROUTES.testNotification, { params: { id } });
    refusesMail = 451;
    await carry();
    const state = async () => {
      const { state, lastStatus, lastFault } = await api.call(ROUTES.getDelivery, {
        params: { id: made.id },
      });
      return [state, lastStatus, lastFault];
    };
    expect(await state()).toEqual(['waiting', 451, 'not_accepted']);
    refusesMail = undefined;
    world.advance(MINUTE_MS);
    await carry();
    expect(await state()).toEqual(['delivered', null, null]);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.to).toEqual(['ana@example.com', 'rui@example.com']);
    expect(mails[0]?.text).toContain('Subject: Notice: Totem');
    expect(mails[0]?.text).toContain('Test: notices of Totem arrive here.');
    refusesMail = 550;
    await api.call(ROUTES.replayDelivery, { params: { id: made.id } });
    await carry();
    expect(await state()).toEqual(['dropped', null, 'mail_refused_550']);
  });
});

describe('a totem that is silent', () => {
  test('is told of once, however many look, and once when it is back', async () => {
    await setting({});
    const before = receiver.received.length;
    const { seen } = await totemSeen(6);
    await Promise.all([watch(), watch(), watch()]);
    world.advance(MINUTE_MS);
    await watch();
    await carry();
    await seen(0);
    await Promise.all([watch(), watch()]);
    await watch();
    await carry();
    const texts = told().slice(before);
    expect(texts).toHaveLength(2);
    expect(texts[0]).toMatch(/^Unidade Centro: totem \d+ não dá sinal desde 23\/11\/2026,? 11:54\./);
    expect(texts[1]).toContain('voltou a dar sinal');
  });

  test('is nobody’s business while its site is closed, nor when it is in maintenance', async () => {
    await setting({});
    const before = receiver.received.length;
    await look.rows('UPDATE site SET opening_hours = $1', [JSON.stringify({ 1: [['13:00', '18:00']] })]);
    const { equipmentId } = await totemSeen(600);
    await watch();
    world.advance(61 * MINUTE_MS);
    // The doors have just opened: it may be on its way.
    await watch();
    await look.rows('UPDATE equipment SET maintenance_since = now() WHERE id = $1', [equipmentId]);
    world.advance(10 * MINUTE_MS);
    await watch();
    await carry();
    expect(told().slice(before)).toEqual([]);
    await look.rows('UPDATE equipment SET maintenance_since = NULL WHERE id = $1', [equipmentId]);
    await watch();
    await carry();
    expect(told().slice(before)).toHaveLength(1);
  });

  test('is told of within the hours of those who are told', async () => {
    await setting({ hours: { 1: [['14:00', '18:00']] } });
    const before = receiver.received.length;
    await totemSeen(6);
    await watch();
    await carry();
    expect(told().slice(before)).toEqual([]);
    // It was put off, which is no attempt.
    expect(await look.count('delivery_attempt')).toBe(0);
    world.advance(121 * MINUTE_MS);
    await carry();
    expect(told().slice(before)).toHaveLength(1);
  });

  test('leaves no alert open when it is taken out of use', async () => {
    await setting({});
    const { equipmentId } = await totemSeen(6);
    await watch();
    await look.rows('UPDATE equipment SET deleted_at = now() WHERE id = $1', [equipmentId]);
    await watch();
    expect(await look.count('alert WHERE cleared_at IS NULL')).toBe(0);
  });
});

test('entries that cannot be sent, paper and clocks are told of, and that they are well again', async () => {
  const events: EventName[] = [
    'ledger.behind',
    'ledger.caught_up',
    'printer.troubled',
    'printer.ready',
    'clock.suspect',
    'clock.trusted',
  ];
  await setting({ events });
  const { equipmentId } = await totemSeen(0);
  const outbox = (pending: number, oldestMinutes: number) =>
    look.rows(`UPDATE equipment SET telemetry = $2 WHERE id = $1`, [
      equipmentId,
      JSON.stringify({
        outbox: { pending, attempts: 3, oldest: instantText(env.now() - oldestMinutes * MINUTE_MS) },
      }),
    ]);
  const [origin] = await look.rows(
    `INSERT INTO origin (tenant_id, id, equipment_id, site_id, reason, opened_at)
     VALUES ($1, gen_random_uuid(), $2, $3, 'enrolled', now()) RETURNING id`,
    [tenantId, equipmentId, siteId],
  );
  let seq = 0;
  const paper = (action: string) => {
    seq += 1;
    return look.rows(
      `INSERT INTO audit_log (tenant_id, id, site_id, origin, seq, tx, action, entity, entity_id, data, occurred_at,
         clock_suspect, prev_hash, hash, position, received_at)
       VALUES ($1, gen_random_uuid(), $2, $3, $4, $3, $5, 'print_job', $3, '{"cause":"paper_out"}', $6, false, '', '', 0, $6)`,
      [tenantId, siteId, origin?.id, seq, action, instantText(env.now())],
    );
  };
  await outbox(12, 20);
  await paper('PRINT_FAILED');
  await look.rows(
    `INSERT INTO conflict (tenant_id, id, kind, site_id, entity, entity_id, entry_id, detail, found_at)
     VALUES ($1, gen_random_uuid(), 'clock_suspect', $2, 'ticket', $3, $3, $4, now())`,
    [tenantId, siteId, equipmentId, JSON.stringify({ origin: origin?.id })],
  );
  await watch();
  await outbox(0, 0);
  await paper('PRINT_CONFIRMED');
  await look.rows(`UPDATE conflict SET resolved_at = now()`);
  await watch();
  const rows = await look.rows(`SELECT type, data FROM event WHERE type = ANY($1) ORDER BY number`, [events]);
  expect(rows.map(({ type }) => type).sort()).toEqual([...events].sort());
  for (const { type, data } of rows) EVENT_DATA[type as EventName].parse(data);
  expect(rows.find(({ type }) => type === 'printer.troubled')?.data).toMatchObject({ detail: 'paper_out' });
});

test('a card terminal that is away is told of after some minutes and once it is back, and not while the site is closed', async () => {
  const events: EventName[] = ['terminal.down', 'terminal.ready'];
  await setting({ events });
  const { equipmentId } = await totemSeen(0);
  const terminal = (state: string, minutes: number) => {
    const detail = { since: instantText(env.now() - minutes * MINUTE_MS) };
    return look.rows('UPDATE equipment SET telemetry = $2 WHERE id = $1', [
      equipmentId,
      JSON.stringify({ parts: { terminal: { state, detail } } }),
    ]);
  };
  const types = async () =>
    (await look.rows('SELECT type FROM event WHERE type = ANY($1) ORDER BY number', [events])).map(
      ({ type }) => type,
    );
  await terminal('fault', 2);
  await watch();
  expect(await types()).toEqual([]);
  await terminal('fault', 6);
  await Promise.all([watch(), watch()]);
  await watch();
  expect(await types()).toEqual(['terminal.down']);
  await terminal('ok', 0);
  await watch();
  await watch();
  expect(await types()).toEqual(events);
  // What a device says may be anything.
  await look.rows('UPDATE equipment SET telemetry = $2 WHERE id = $1', [
    equipmentId,
    JSON.stringify({ parts: { terminal: { state: 'fault', detail: { since: 'yesterday' } } } }),
  ]);
  await watch();
  expect(await types()).toEqual(events);
});

test('whoever runs the platform is told once that backups are too old, and once that there is one again', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'totem-backup-watch-')), 'backup.prom');
  const { db } = cloud.cloud;
  const look24 = () => watchBackup({ db, env, file });
  const verified = (hours: number) =>
    writeBackupMetrics(file, {
      verifiedAt: Math.floor(env.now() / 1_000) - hours * 3_600,
      endedAt: 0,
      isDone: true,
      bytes: 1,
      rows: 1,
      seconds: 1,
      ledgerFaults: 0,
      suspicions: 0,
    });
  await ensurePlatformNotices(db, env, ['first@example.com']);
  await ensurePlatformNotices(db, env, ['dona@example.com']);
  mails.length = 0;
  refusesMail = undefined;
  await look24();
  await look24();
  await carry();
  expect(mails.map(({ to }) => to)).toEqual([['dona@example.com']]);
  await verified(25);
  await look24();
  await verified(27);
  await look24();
  await look24();
  await carry();
  const events = await look.rows(`SELECT type, data FROM event WHERE type LIKE 'backup.%' ORDER BY number`);
  expect(events.map(({ type }) => type)).toEqual(['backup.overdue', 'backup.verified', 'backup.overdue']);
  for (const { type, data } of events) EVENT_DATA[type as EventName].parse(data);
  expect(mails).toHaveLength(3);
});

test('every event has a text in every language, with nothing left to fill in', () => {
  const data = {
    since: '2026-11-23T15:00:00.000Z',
    code: 'A001',
    identifier: 'totem 1',
    currency: 'BRL',
    amountCents: 1_500,
    refundedCents: 500,
    faults: 2,
    name: 'ERP',
  };
  const texts = [...EVENTS, TEST_EVENT].flatMap((type) =>
    LOCALES.map((locale) => {
      const message = { type, data, occurredAt: '2026-11-23T15:00:00.000Z' };
      return noticeOf(message, locale, { name: 'Centro', timezone: 'America/Sao_Paulo' })?.text ?? type;
    }),
  );
  expect(new Set(texts).size).toBe(texts.length);
  for (const text of texts) expect(text).not.toMatch(/[{}…]|undefined|null/);
});
