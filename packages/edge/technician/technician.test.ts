/** The technician at a device with no network: the PIN, its tries, the session, and what is done, over the real local API. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Readiness } from '@totem/drivers/payment';
import { memoryRig } from '@totem/drivers/payment-conformance';
import { startVirtualPrinter } from '@totem/drivers/printer';
import { systemTimers } from '@totem/host';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { type Agent, createAgent } from '../agent.ts';
import { agentOptions, openTotem, stockUp, type TestPlace, testPlace } from '../testing/totem.ts';
import { findPrinters, neighbours } from './discovery.ts';
import { CHOICE_WINDOW_MS, FORGET_FILE, isStrong, LOCKED_MS, PIN_TRIES_MAX } from './pin.ts';
import { SESSION_IDLE_MS } from './sessions.ts';

const PIN = '482915';
let place: TestPlace;
let agent: Agent;
let url = '';
let token = '';
let left = 0;

const start = async (): Promise<void> => {
  agent = createAgent(
    agentOptions(place, {
      leaveKiosk: () => {
        left += 1;
      },
      logLines: () => ['{"msg":"one"}'],
    }),
  );
  ({ url, token } = await agent.start());
};
beforeEach(async () => {
  place = testPlace();
  left = 0;
  const parts = openTotem(place);
  stockUp(parts, place.catalogue);
  parts.store.close();
  await start();
});
afterEach(async () => {
  await agent.stop();
  place.remove();
});

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}
const call = async (method: string, path: string, body?: object, session?: string): Promise<Answer> => {
  const answer = await fetch(`${url}/v1/technician${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(session === undefined ? {} : { 'x-technician': session }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? {} : JSON.parse(text) };
};
const comeIn = async (): Promise<string> => String((await call('POST', '/pin', { pin: PIN })).body.session);
const tryPin = (pin: string) => call('POST', '/sessions', { pin });
/** What the ledger says of technicians. */
const recorded = async (): Promise<string[]> => {
  await agent.stop();
  const parts = openTotem(place);
  const rows = parts.store.read((db) =>
    db.all("SELECT action FROM audit_log WHERE action LIKE 'TECHNICIAN%' ORDER BY seq"),
  );
  parts.store.close();
  await start();
  return rows.map(({ action }) => String(action));
};

describe('the PIN', () => {
  it('is chosen once, by whoever is there when the totem has started, and is kept as argon2id', async () => {
    expect((await call('GET', '')).body).toEqual({ pin: 'choose' });
    expect((await call('POST', '/pin', { pin: '123456' })).body).toMatchObject({
      code: 'technician_pin_weak',
    });
    await comeIn();
    expect((await call('GET', '')).body).toEqual({ pin: 'set' });
    expect((await call('POST', '/pin', { pin: '860417' })).status).toBe(403);
    expect((await tryPin('860417')).body).toMatchObject({ code: 'technician_pin_wrong' });
    expect((await tryPin(PIN)).status).toBe(200);
    expect(await recorded()).toEqual(['TECHNICIAN_PIN_SET', 'TECHNICIAN_REFUSED', 'TECHNICIAN_ENTERED']);
    for (const file of readdirSync(place.dataDir).filter((name) => name.includes('.db')))
      expect(readFileSync(join(place.dataDir, file), 'latin1')).not.toContain(`"${PIN}"`);
  });

  it('cannot be chosen by a customer who finds the screen later', async () => {
    place.world.advance(CHOICE_WINDOW_MS);
    expect((await call('GET', '')).body).toEqual({ pin: 'missing' });
    expect((await call('POST', '/pin', { pin: PIN })).status).toBe(403);
    expect((await tryPin(PIN)).body).toMatchObject({ code: 'technician_pin_missing' });
  });

  it('I-EDG-21: after five wrong tries it is locked, also after a new start, and then has one try at a time', async () => {
    await comeIn();
    for (let tries = 0; tries < PIN_TRIES_MAX; tries++)
      expect((await tryPin('000111')).body).toMatchObject({ code: 'technician_pin_wrong' });
    expect((await tryPin(PIN)).body).toMatchObject({ code: 'technician_locked' });
    await agent.stop();
    await start();
    expect((await tryPin(PIN)).body).toMatchObject({ code: 'technician_locked' });
    place.world.advance(LOCKED_MS);
    expect((await tryPin('000111')).body).toMatchObject({ code: 'technician_pin_wrong' });
    expect((await tryPin(PIN)).body).toMatchObject({ code: 'technician_locked' });
    place.world.advance(LOCKED_MS);
    expect((await tryPin(PIN)).status).toBe(200);
    expect((await tryPin('000111')).body).toMatchObject({ code: 'technician_pin_wrong' });
    expect((await tryPin(PIN)).status).toBe(200);
  });

  it('is forgotten when the administrator of the machine says so', async () => {
    await comeIn();
    await agent.stop();
    writeFileSync(join(place.dataDir, FORGET_FILE), '');
    await start();
    expect((await call('GET', '')).body).toEqual({ pin: 'choose' });
    expect(existsSync(join(place.dataDir, FORGET_FILE))).toBe(false);
  });

  test.each([
    ['482915', true],
    ['4829151', true],
    ['48291', false],
    ['482915123', false],
    ['111111', false],
    ['123456', false],
    ['98765432', false],
    ['48a915', false],
  ])('%s is strong enough: %s', (pin, isOne) => expect(isStrong(pin)).toBe(isOne));
});

describe('a session', () => {
  it.each([
    ['GET', '/about'],
    ['GET', '/printers'],
    ['PUT', '/printer'],
    ['POST', '/test-print'],
    ['POST', '/sound'],
    ['POST', '/scan'],
    ['POST', '/means/card/try'],
    ['POST', '/logs'],
    ['GET', '/doubts'],
    ['POST', '/doubts/0'],
    ['POST', '/leave'],
    ['POST', '/sessions/end'],
  ])('is needed for %s %s, and another token is none', async (method, path) => {
    await comeIn();
    for (const session of [undefined, 'x'.repeat(43)])
      expect((await call(method, path, method === 'GET' ? undefined : {}, session)).body).toMatchObject({
        code: 'technician_session_over',
      });
    expect(left).toBe(0);
  });

  it('ends when nobody does anything for a while, and when the technician goes', async () => {
    const session = await comeIn();
    place.world.advance(SESSION_IDLE_MS);
    expect((await call('GET', '/about', undefined, session)).status).toBe(200);
    place.world.advance(SESSION_IDLE_MS + 1);
    expect((await call('GET', '/about', undefined, session)).status).toBe(401);
    const again = String((await tryPin(PIN)).body.session);
    expect((await call('POST', '/sessions/end', undefined, again)).status).toBe(204);
    expect((await call('GET', '/about', undefined, again)).status).toBe(401);
  });
});

describe('what a technician does', () => {
  it('reads how the device is', async () => {
    const { body } = await call('GET', '/about', undefined, await comeIn());
    expect(body).toMatchObject({
      device: { siteName: 'Unidade Centro', lane: '1', equipmentId: place.device.equipmentId },
      disk: { hasRoom: true, fault: null },
      printer: { choice: null, status: null },
    });
    expect(body.parts).toHaveLength(6);
  });

  it('chooses a printer that prints from then on, and after the next start; a typo is refused', async () => {
    const printer = await startVirtualPrinter({ timers: systemTimers });
    const session = await comeIn();
    const choice = { way: printer.address, profileId: 'generic-80' };
    expect((await call('PUT', '/printer', { ...choice, way: 'tcp//x' }, session)).body).toMatchObject({
      code: 'printer_unknown',
    });
    expect((await call('PUT', '/printer', choice, session)).body).toEqual({
      choice: { ...choice, way: `tcp://${printer.address}` },
    });
    const { body } = await call('POST', '/test-print', { locale: 'es' }, session);
    expect(body.outcome).toEqual({ kind: 'confirmed' });
    expect(printer.papers()[0]?.text).toContain('Prueba de impresión');
    expect(String(body.preview)).toContain('<svg');
    await agent.stop();
    await start();
    const next = String((await tryPin(PIN)).body.session);
    expect((await call('POST', '/test-print', { locale: 'en' }, next)).body.outcome).toEqual({
      kind: 'confirmed',
    });
    await printer.close();
    expect(await recorded()).toContain('TECHNICIAN_ACTED');
  });

  it('tries the reader of codes, where there is one', async () => {
    const session = await comeIn();
    expect((await call('POST', '/scan', undefined, session)).body).toMatchObject({ code: 'not_found' });
    await agent.stop();
    agent = createAgent(agentOptions(place, { scanner: { scan: async () => 'AB12' } }));
    ({ url, token } = await agent.start());
    const again = String((await tryPin(PIN)).body.session);
    expect((await call('POST', '/scan', undefined, again)).body).toEqual({ reading: 'AB12' });
  });

  it('asks a means of payment how it is, and reads why it takes none', async () => {
    await comeIn();
    await agent.stop();
    let readiness: Readiness = { ready: false, cause: 'terminal_silent' };
    const port = { ...memoryRig('held').open(), ready: async () => readiness };
    agent = createAgent(agentOptions(place, { means: [{ id: 'card', open: () => port }] }));
    ({ url, token } = await agent.start());
    const session = String((await tryPin(PIN)).body.session);
    const shown = async () => (await call('GET', '/about', undefined, session)).body.means;
    const means = { id: 'card', method: port.capabilities.method };
    expect(await shown()).toEqual([{ means, state: 'unknown', cause: null }]);
    const tried = async () => (await call('POST', '/means/card/try', undefined, session)).body;
    expect(await tried()).toEqual({ means, state: 'not_ready', cause: 'terminal_silent' });
    expect(await shown()).toEqual([await tried()]);
    readiness = { ready: true };
    expect(await tried()).toEqual({ means, state: 'ready', cause: null });
    expect((await call('POST', '/means/cash/try', undefined, session)).status).toBe(404);
    expect(await recorded()).toContain('TECHNICIAN_ACTED');
  });

  it('takes the logs along, as a file of this machine, and leaves the kiosk', async () => {
    const session = await comeIn();
    const { body } = await call('POST', '/logs', undefined, session);
    const text = readFileSync(String(body.path), 'utf8');
    expect(text).toContain('{"msg":"one"}');
    expect(text).toContain(place.device.equipmentId);
    expect((await call('POST', '/leave', undefined, session)).status).toBe(204);
    expect(left).toBe(1);
  });

  it('finds a printer that listens on the network, and no other', async () => {
    const server = createServer((socket) => socket.end());
    const isOpen = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(9100, '127.0.0.77', () => resolve(true));
    });
    if (!isOpen) throw new Error('port 9100 of 127.0.0.77 is free here');
    const found = await findPrinters(systemTimers, ['127.0.0.77', '127.0.0.78']);
    expect(found.filter(({ way }) => way.startsWith('tcp:'))).toEqual([
      { way: 'tcp://127.0.0.77:9100', name: '127.0.0.77' },
    ]);
    await new Promise((resolve) => server.close(resolve));
  });

  it('searches the small networks of this machine only, and never itself', () => {
    const one = (address: string, cidr: string, internal = false) =>
      ({ address, cidr, internal, family: 'IPv4', netmask: '', mac: '' }) as const;
    expect(neighbours({ lan: [one('10.0.0.5', '10.0.0.5/29')] })).toEqual([
      '10.0.0.1',
      '10.0.0.2',
      '10.0.0.3',
      '10.0.0.4',
      '10.0.0.6',
    ]);
    expect(
      neighbours({ lan: [one('10.0.0.5', '10.0.0.5/16')], lo: [one('127.0.0.1', '127.0.0.1/8', true)] }),
    ).toEqual([]);
  });
});
