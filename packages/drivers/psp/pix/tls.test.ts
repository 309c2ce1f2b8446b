/** Mutual TLS: both sides prove who they are before anything is said, and a stranger's certificate charges nobody. */
import { createIdentities, type TlsIdentity } from '@totem/testkit/tls-identities';
import { virtualWorld } from '@totem/testkit/virtual';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientTls, createHttpSend } from '../../http/send.ts';
import { createPixPort } from './adapter.ts';
import { createPixApi } from './api.ts';
import { openPixSimulator, type PixSimulator } from './simulator.ts';

const identities = createIdentities();
let authority: TlsIdentity;
let client: TlsIdentity;
let stranger: TlsIdentity;
let simulator: PixSimulator;
const world = virtualWorld();
const account = { clientId: 'kiosk', clientSecret: 'secret' };

beforeAll(async () => {
  authority = identities.make('authority');
  stranger = identities.make('stranger');
  client = identities.make('client', 'authority');
  const server = identities.make('server', 'authority');
  simulator = await openPixSimulator({
    env: world.env,
    ...account,
    tls: { ...server, ca: authority.cert, requestCert: true, rejectUnauthorized: true },
  });
});
afterAll(async () => {
  await simulator.close();
  identities.close();
});

async function readyWith(tls: ClientTls): Promise<unknown> {
  const http = createHttpSend(world.timers, tls);
  const config = {
    ...account,
    baseUrl: simulator.baseUrl,
    tokenUrl: simulator.tokenUrl,
    key: 'key',
    merchantName: 'Loja',
    merchantCity: 'Recife',
  };
  try {
    return await createPixPort(config, createPixApi(config, { ...world, send: http.send })).ready();
  } finally {
    http.close();
  }
}

describe('Pix over mutual TLS', () => {
  it('who shows the certificate that the provider knows may work', async () => {
    expect(await readyWith({ ...client, ca: authority.cert })).toEqual({ ready: true });
  });

  it.each<[string, () => ClientTls]>([
    ['no certificate of the client', () => ({ ca: authority.cert })],
    ['a certificate of a stranger', () => ({ ...stranger, ca: authority.cert })],
    ['a provider whose authority is not known', () => client],
    ['a provider that another authority would have signed', () => ({ ...client, ca: stranger.cert })],
  ])('the method is closed: %s', async (_, tls) => {
    expect(await readyWith(tls())).toMatchObject({ ready: false });
    expect(simulator.cobs.size).toBe(0);
  });
});
