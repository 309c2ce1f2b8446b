/** Nobody is led into a network: hostile addresses in all their forms, names that lead inside, and names that change their mind. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemTimers } from '@totem/host';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOutbound, type Resolve } from './post.ts';
import { isPublicIp } from './public-address.ts';

/** Hosts that lead inside, as people have written them to get past such guards. */
const HOSTS = [
  'localhost',
  'localhost.',
  'LOCALHOST',
  'sub.localhost',
  '127.0.0.1',
  '127.0.0.1.',
  '127.1',
  '127.0.1',
  '0177.0.0.1',
  '0x7f.0.0.1',
  '0x7f000001',
  '2130706433',
  '017700000001',
  '127.255.255.254',
  '0',
  '0.0.0.0',
  '[::1]',
  '[::]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b::a00:1]',
  '[64:ff9b:1::a00:1]',
  '[2002:7f00:1::]',
  '[2002:a00:1::]',
  '[2001:0:7f00:1::]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[fe80::1]',
  '[fec0::1]',
  '[ff02::1]',
  '[2001:db8::1]',
  '[3fff::1]',
  '[100::1]',
  '10.0.0.1',
  '10.255.255.255',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '169.254.169.254',
  '169.254.170.2',
  '100.64.0.1',
  '100.127.255.255',
  '100.100.100.200',
  '192.0.0.1',
  '192.0.0.192',
  '192.0.2.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '192.88.99.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  'metadata.google.internal',
  'router.lan',
  'printer.local',
  'nas.home',
  'intranet',
];

const nowhere: Resolve = async () => [{ address: '127.0.0.1', family: 4 }];
const strict = createOutbound({ timers: systemTimers, allowsLoopback: false, resolve: nowhere });
const request = (url: string) => ({ url, headers: {}, body: '{}' });
const refused = { kind: 'failed', fault: 'address_refused' };

let knocks = 0;
const server = createServer((_, answer) => {
  knocks += 1;
  answer.end('inside');
});
let port: number;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => void server.close());

describe('an address', () => {
  test.each(HOSTS)('of %s is not called', async (host) => {
    for (const url of [`https://${host}/`, `https://${host}:8443/x`, `http://${host}:${port}/`])
      expect(await strict.post(request(url)), url).toEqual(refused);
    expect(knocks).toBe(0);
  });

  test.each([
    'ftp://example.com/',
    'file:///etc/passwd',
    'gopher://example.com/',
    'http://example.com/',
    'https://user:word@example.com/',
    'https://example.com:22/',
    'https://example.com:6379/',
    'https://example.com\\@127.0.0.1/',
    'https://127.0.0.1#@example.com/',
    'https://127.0.0.1?@example.com/',
    'https://example.com\r\nhost: inside/',
    'https://①②⑦.⓪.⓪.①/',
    'https://127。0。0。1/',
    'nonsense',
    '',
  ])('like %s is not called', async (url) => {
    expect(await strict.post(request(url))).toEqual(refused);
  });

  test.each([
    ['8.8.8.8', true],
    ['1.1.1.1', true],
    ['2606:4700:4700::1111', true],
    ['2800:3f0:4001::1', true],
    ['::ffff:8.8.8.8', false],
    ['fe80::1%eth0', false],
    ['nonsense', false],
  ])('%s is on the internet: %s', (address, isPublic) => {
    expect(isPublicIp(address)).toBe(isPublic);
  });
});

describe('a name', () => {
  test.each(HOSTS.filter((host) => /^[\d.]+$|^\[/.test(host)))(
    'that leads to %s is not called',
    async (host) => {
      const address = host.replace(/^\[|\]$/g, '');
      const outbound = createOutbound({
        timers: systemTimers,
        allowsLoopback: false,
        resolve: async () => [{ address, family: address.includes(':') ? 6 : 4 }],
      });
      expect(await outbound.post(request('https://totem.example.com/'))).toEqual(refused);
    },
  );

  test('of which only one address leads inside is not called at any', async () => {
    const outbound = createOutbound({
      timers: systemTimers,
      allowsLoopback: false,
      resolve: async () => [
        { address: '8.8.8.8', family: 4 },
        { address: '10.0.0.1', family: 4 },
      ],
    });
    expect(await outbound.post(request('https://totem.example.com/'))).toEqual(refused);
  });

  test('is asked for once: what it leads to afterwards is nobody’s', async () => {
    let asked = 0;
    const rebinding: Resolve = async () => {
      asked += 1;
      return [{ address: asked === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }];
    };
    const outbound = createOutbound({ timers: systemTimers, allowsLoopback: true, resolve: rebinding });
    const posted = await outbound.post(request(`http://localhost:${port}/`));
    expect(posted).toMatchObject({ kind: 'answered', status: 200, text: 'inside' });
    expect(asked).toBe(1);
    // The second time it leads into a network, and is refused though the first was not.
    expect(await outbound.post(request(`http://localhost:${port}/`))).toEqual(refused);
  });

  test('that nobody knows is said to be unknown', async () => {
    const outbound = createOutbound({
      timers: systemTimers,
      allowsLoopback: false,
      resolve: async () => {
        throw new Error('ENOTFOUND');
      },
    });
    expect(await outbound.post(request('https://totem.example.com/'))).toEqual({
      kind: 'failed',
      fault: 'name_unknown',
    });
  });
});

/** Calls, and what of each may stay: one that waits for an end of the process would take some two hundred bytes. */
const CALLS = 10_000;
const KEPT_BYTES_MAX = 50;

describe('a caller', () => {
  const opened = (resolve: Resolve) =>
    createOutbound({ timers: systemTimers, allowsLoopback: true, resolve });

  test('that is closed ends what is under way, and begins nothing more', async () => {
    let asked = 0;
    const never: Resolve = () => {
      asked += 1;
      return new Promise(() => undefined);
    };
    const outbound = opened(never);
    const underWay = [1, 2, 3].map(() => outbound.post(request(`http://localhost:${port}/`)));
    outbound.close();
    const interrupted = { kind: 'failed', fault: 'interrupted' };
    expect(await Promise.all(underWay)).toEqual([interrupted, interrupted, interrupted]);
    expect(await outbound.post(request(`http://localhost:${port}/`))).toEqual(interrupted);
    expect(asked).toBe(3);
  });

  test('keeps nothing of what it has called', async () => {
    const outbound = opened(async () => []);
    const call = async (times: number): Promise<void> => {
      for (let time = 0; time < times; time += 1) await outbound.post(request('https://totem.example.com/'));
    };
    await call(CALLS);
    const before = heapBytes();
    await call(CALLS);
    expect((heapBytes() - before) / CALLS).toBeLessThan(KEPT_BYTES_MAX);
    outbound.close();
  });
});

/** Memory in use once nothing is left to be freed. */
function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}
