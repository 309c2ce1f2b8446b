/** Certificates of ours, as others read them: Node's own parser and TLS, and OpenSSL where it is installed. */
import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { systemEnv } from '@totem/host';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestPlace, testPlace } from '../../testing/totem.ts';
import { openAuthority } from './authority.ts';
import { integer, objectIdentifier, time } from './der.ts';

const HOSTS = ['hub.local', '127.0.0.1', '192.168.0.7', '::1', 'fe80::1:2%eth0'];
let place: TestPlace;
beforeEach(() => {
  // TLS looks at the machine's own clock.
  place = testPlace({ now: systemEnv.now() });
  mkdirSync(place.dataDir, { recursive: true });
});
afterEach(() => place.remove());
const open = () => openAuthority(place.dataDir, place.device, place.world.env);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('DER', () => {
  it.each([
    ['2.5.4.3', '0603550403'],
    ['1.2.840.10045.4.3.2', '06082a8648ce3d040302'],
    ['1.3.6.1.5.5.7.3.1', '06082b06010505070301'],
  ])('writes the object identifier %s', (dotted, bytes) => {
    expect(hex(objectIdentifier(dotted))).toBe(bytes);
  });

  it.each([
    [[0], '020100'],
    [[0, 0, 1], '020101'],
    [[0x80], '02020080'],
    [[0x7f, 0xff], '02027fff'],
  ])('writes the integer %j in its shortest form', (bytes, expected) => {
    expect(hex(integer(Uint8Array.from(bytes)))).toBe(expected);
  });

  it('writes years from 2050 on with four digits', () => {
    const text = (epochMs: number) => Buffer.from(time(epochMs)).subarray(2).toString();
    expect(text(Date.UTC(2049, 11, 31, 23, 59, 59))).toBe('491231235959Z');
    expect(text(Date.UTC(2050, 0, 1))).toBe('20500101000000Z');
  });
});

describe('the authority of a site', () => {
  it('is made once, and only its owner may read it', () => {
    const first = open();
    expect(open().certificate).toBe(first.certificate);
    expect(statSync(join(place.dataDir, 'site-authority.json')).mode & 0o777).toBe(0o600);
    const parsed = new X509Certificate(first.certificate);
    expect(parsed.ca).toBe(true);
    expect(parsed.verify(parsed.publicKey)).toBe(true);
    expect(parsed.subject).toContain(place.device.siteId);
  });

  it('speaks for the server at each of its names and addresses, and at no other', () => {
    const authority = open();
    const [root, server] = [
      new X509Certificate(authority.certificate),
      new X509Certificate(authority.serverFor(HOSTS).cert),
    ];
    expect(server.checkIssued(root)).toBe(true);
    expect(server.verify(root.publicKey)).toBe(true);
    expect(server.ca).toBe(false);
    expect(server.checkHost('hub.local')).toBe('hub.local');
    for (const address of ['127.0.0.1', '192.168.0.7', '::1', 'fe80::1:2'])
      expect(server.checkIP(address)).toBeDefined();
    expect(server.checkIP('192.168.0.8')).toBeUndefined();
    expect(server.checkHost('other.local')).toBeUndefined();
  });

  it('is believed by TLS when it is known, and by nobody who does not know it', async () => {
    const authority = open();
    const listener = createServer(authority.serverFor(HOSTS));
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as AddressInfo;
    const meet = (ca: string | undefined, servername?: string) =>
      new Promise<string>((resolve) => {
        const socket = connect({ host: '127.0.0.1', port, ca, ...(servername ? { servername } : {}) }, () => {
          socket.destroy();
          resolve('secure');
        });
        socket.on('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)));
      });
    expect(await meet(authority.certificate)).toBe('secure');
    expect(await meet(authority.certificate, 'other.local')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(await meet(undefined)).not.toBe('secure');
    await new Promise((resolve) => listener.close(resolve));
  });

  it('passes the strict checks of OpenSSL', (context) => {
    if (spawnSync('openssl', ['version']).status !== 0) context.skip('openssl is not installed');
    const authority = open();
    const [root, server] = [join(place.dataDir, 'root.pem'), join(place.dataDir, 'server.pem')];
    writeFileSync(root, authority.certificate);
    writeFileSync(server, authority.serverFor(HOSTS).cert);
    const args = [
      'verify',
      '-x509_strict',
      '-check_ss_sig',
      '-purpose',
      'sslserver',
      '-CAfile',
      root,
      server,
    ];
    expect(spawnSync('openssl', args, { encoding: 'utf8' })).toMatchObject({ status: 0 });
    expect(readFileSync(root, 'utf8')).toContain('BEGIN CERTIFICATE');
  });
});
