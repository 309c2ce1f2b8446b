/**
 * The hub through a real network: a panel in a network namespace of its own, a cable between, an address that is no loopback.
 * Making a namespace needs root; where that is missing, the test says so.
 */
import { execFile, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { counterTable, newId, type SessionId } from '@totem/domain';
import { systemEnv, systemTimers } from '@totem/host';
import { SignJWT } from 'jose';
import { afterEach, expect, it } from 'vitest';
import { upsertRow } from '../../store/rows.ts';
import { issueOne, openTotem, stockUp, type TestPlace, testPlace, until } from '../../testing/totem.ts';
import { openAuthority } from '../certificate/authority.ts';
import { keepDirectory } from '../directory.ts';
import { makeHub, operatorAt } from '../testing/hub-world.ts';

const run = promisify(execFile);
const NAMESPACE = `totem-${process.pid}`;
const [NEAR, FAR] = [`tn${process.pid}`, `tf${process.pid}`];
/** Of its own for each process, so that two runs do not meet. */
const NET = `10.213.${process.pid % 250}`;
const [HUB, PANEL] = [`${NET}.1`, `${NET}.2`];

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const ip = (...args: string[]) => spawnSync('ip', args, { encoding: 'utf8' });
const inside = (...args: string[]) => ip('netns', 'exec', NAMESPACE, 'ip', ...args);

/** A namespace at the other end of a cable. @returns what went wrong, if it could not be made. */
function layNetwork(): string | undefined {
  ends.push(
    () => ip('link', 'del', NEAR),
    () => ip('netns', 'del', NAMESPACE),
  );
  for (const made of [
    () => ip('netns', 'add', NAMESPACE),
    () => ip('link', 'add', NEAR, 'type', 'veth', 'peer', 'name', FAR, 'netns', NAMESPACE),
    () => ip('addr', 'add', `${HUB}/30`, 'dev', NEAR),
    () => ip('link', 'set', NEAR, 'up'),
    () => inside('addr', 'add', `${PANEL}/30`, 'dev', FAR),
    () => inside('link', 'set', FAR, 'up'),
  ]) {
    const { status, stderr, error } = made();
    if (status !== 0) return error?.message ?? stderr;
  }
  return undefined;
}

/** Gives a command from within the namespace; prints the status and the answer, or the name of the failure. */
const PANEL_PROGRAM = `
  const { request } = require('node:https');
  const [url, authority, token, body] = process.argv.slice(1);
  const ca = require('node:fs').readFileSync(authority);
  const headers = { authorization: 'Bearer ' + token, 'content-type': 'application/json' };
  const asked = request(url + '/v1/commands', { ca, method: 'POST', headers, timeout: 4000 }, (answer) => {
    let text = '';
    answer.on('data', (piece) => { text += piece; });
    answer.on('end', () => console.log(JSON.stringify({ status: answer.statusCode, body: JSON.parse(text) })));
  });
  asked.on('timeout', () => asked.destroy(new Error('timeout')));
  asked.on('error', (error) => console.log(JSON.stringify({ failed: error.code ?? error.message })));
  asked.end(body);
`;

/** A counter, and an operator who is known there and has a token of the cloud's. */
async function openForOne(parts: ReturnType<typeof openTotem>, place: TestPlace) {
  const operator = operatorAt(parts.device, place);
  const pair = generateKeyPairSync('ed25519');
  const counter = newId<'counter'>(systemEnv);
  const { tenantId, siteId } = parts.device;
  parts.store.write((db) => {
    keepDirectory(db, {
      serverTime: '2026-11-23T15:00:00.000Z',
      hub: null,
      tokenKey: String(pair.publicKey.export({ format: 'jwk' }).x),
      people: [{ ...operator, siteIds: [...operator.siteIds], fullName: 'Otávio', username: 'otavio' }],
      devices: [],
    });
    upsertRow(db, counterTable, {
      tenantId,
      id: counter,
      createdAt: '2026-11-23T15:00:00.000Z',
      siteId,
      name: 'Guichê 1',
      number: 1,
      serviceIds: null,
      priorityFrom: null,
      active: true,
      deletedAt: null,
    });
  });
  const token = await new SignJWT({
    kind: 'user',
    tenant: tenantId,
    sid: operator.sessionId satisfies SessionId,
    role: operator.role,
    sites: [siteId],
    services: null,
  })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt' })
    .setIssuer('totem-cloud')
    .setAudience('totem')
    .setSubject(operator.userId)
    .setIssuedAt()
    .setExpirationTime('10m')
    .setJti(newId(systemEnv))
    .sign(pair.privateKey);
  return { token, counter };
}

it('a panel on the branch’s network calls a ticket at the hub, which has no link, and not while the cable is out', async (context) => {
  const missing = layNetwork();
  if (missing !== undefined) context.skip(`no network namespace can be made here: ${missing}`);
  const place = testPlace();
  ends.push(place.remove);
  const parts = openTotem(place, {
    env: systemEnv,
    timers: systemTimers,
    hub: { host: HUB, port: 0, names: [HUB] },
  });
  ends.push(async () => {
    await parts.hub.stop();
    parts.store.close();
  });
  stockUp(parts, place.catalogue);
  makeHub(parts, place);
  const { token, counter } = await openForOne(parts, place);
  const ticket = issueOne(parts, place);
  parts.hub.start();
  await until(() => parts.hub.url() !== undefined, parts.hub.onChange);
  const authority = join(place.dataDir, 'authority.pem');
  writeFileSync(authority, openAuthority(place.dataDir, parts.device, systemEnv).certificate);
  const ask = async (command: object) => {
    const body = JSON.stringify({ id: newId<'command'>(systemEnv), ...command });
    const program = ['-e', PANEL_PROGRAM, parts.hub.url() ?? '', authority, token, body];
    const { stdout } = await run('ip', ['netns', 'exec', NAMESPACE, process.execPath, ...program]);
    return JSON.parse(stdout) as { status?: number; body?: unknown; failed?: string };
  };
  expect(parts.hub.url()).toContain(HUB);
  expect(await ask({ type: 'counter.open', counterId: counter })).toMatchObject({ status: 200 });
  ip('link', 'set', NEAR, 'down');
  expect((await ask({ type: 'ticket.call_next' })).failed).toBeDefined();
  ip('link', 'set', NEAR, 'up');
  expect(await ask({ type: 'ticket.call_next' })).toMatchObject({
    status: 200,
    body: { ticket: { id: ticket.id, state: 'called' } },
  });
});
