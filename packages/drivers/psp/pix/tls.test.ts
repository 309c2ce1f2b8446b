/** Mutual TLS: both sides prove who they are before anything is said, and a stranger's certificate charges nobody. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { virtualWorld } from '@totem/testkit/virtual';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientTls, createHttpSend } from '../http.ts';
import { createPixPort } from './adapter.ts';
import { createPixApi } from './api.ts';
import { openPixSimulator, type PixSimulator } from './simulator.ts';

interface Identity {
  readonly cert: string;
  readonly key: string;
}

let dir: string;
let authority: Identity;
let client: Identity;
let stranger: Identity;
let simulator: PixSimulator;
const world = virtualWorld();
const account = { clientId: 'kiosk', clientSecret: 'secret' };

/** A key with a certificate, signed by the authority or by itself. */
function certified(name: string, by?: string): Identity {
  const file = (suffix: string) => join(dir, name + suffix);
  const openssl = (...options: string[]) => execFileSync('openssl', options, { stdio: 'pipe' });
  const key = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    file('.key'),
  ];
  const subject = ['-subj', `/CN=${name}`];
  if (by === undefined) openssl('req', '-x509', ...key, ...subject, '-days', '2', '-out', file('.pem'));
  else {
    writeFileSync(file('.ext'), 'subjectAltName=IP:127.0.0.1');
    openssl('req', ...key, ...subject, '-out', file('.csr'));
    const signer = ['-CA', join(dir, `${by}.pem`), '-CAkey', join(dir, `${by}.key`), '-CAcreateserial'];
    openssl(
      'x509',
      '-req',
      '-in',
      file('.csr'),
      ...signer,
      '-days',
      '2',
      '-extfile',
      file('.ext'),
      '-out',
      file('.pem'),
    );
  }
  return { cert: readFileSync(file('.pem'), 'utf8'), key: readFileSync(file('.key'), 'utf8') };
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'totem-pix-'));
  authority = certified('authority');
  stranger = certified('stranger');
  client = certified('client', 'authority');
  const server = certified('server', 'authority');
  simulator = await openPixSimulator({
    env: world.env,
    ...account,
    tls: { ...server, ca: authority.cert, requestCert: true, rejectUnauthorized: true },
  });
});
afterAll(async () => {
  await simulator.close();
  rmSync(dir, { recursive: true, force: true });
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
