/** Whose address counts: the proxy's word for it where the proxy is ours, the connection's otherwise. */
import { BlockList } from 'node:net';
import { expect, test } from 'vitest';
import { clientAddresses, clientOf, networkOf } from './client-address.ts';

const proxies = new BlockList();
proxies.addSubnet('10.0.0.0', 8, 'ipv4');
proxies.addAddress('fd00::1', 'ipv6');

test.each([
  ['a connection of its own', '203.0.113.9', undefined, '203.0.113.9'],
  ['a stranger who says to be another', '203.0.113.9', '198.51.100.1', '203.0.113.9'],
  ['our proxy', '10.0.0.1', '198.51.100.1', '198.51.100.1'],
  ['our proxy, over IPv6 sockets', '::ffff:10.0.0.1', '198.51.100.1', '198.51.100.1'],
  ['our proxy on IPv6', 'fd00::1', '2001:db8::7', '2001:db8::7'],
  ['two proxies in a row', '10.0.0.1', '198.51.100.1, 10.0.0.2', '198.51.100.1'],
  [
    'somebody who wrote the header before our proxy did',
    '10.0.0.1',
    '127.0.0.1, 198.51.100.1',
    '198.51.100.1',
  ],
  ['our proxy without a word', '10.0.0.1', undefined, '10.0.0.1'],
  ['our proxy with a word that is no address', '10.0.0.1', 'unknown', '10.0.0.1'],
  ['our proxy with a name for SQL', '10.0.0.1', `' OR 1=1`, '10.0.0.1'],
  ['no connection at all', 'unknown', '198.51.100.1', 'unknown'],
  ['ten proxies and more', '10.0.0.1', Array.from({ length: 40 }, () => '10.0.0.1').join(','), '10.0.0.1'],
])('%s', (_, peer, forwarded, client) => {
  expect(clientOf(peer, forwarded, proxies)).toBe(client);
});

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['unknown', 'unknown'],
])('%s is counted with %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test('a proxy that is no address stops the start', () => {
  expect(() => clientAddresses(['proxy.example.org'])).toThrow();
  expect(() => clientAddresses(['10.0.0.0/99'])).toThrow();
});
