/**
 * From which address a request comes. Behind a proxy every connection is the proxy's, and limits by address would be limits
 * for everyone; what a proxy says is believed where it was named as one of ours, and from nobody else.
 */
import { BlockList, isIP } from 'node:net';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';

/** Addresses named in one header, at most; more proxies than this do not stand in a row. */
const HOPS_MAX = 10;
const IPV4_IN_IPV6 = /^::ffff:(?=\d+\.)/i;
/** Groups of an IPv6 address that belong to one customer of a provider: a /64. */
const NETWORK_GROUPS = 4;
const GROUPS = 8;

export type ClientAddress = (c: Context) => string;

/** @param trusted addresses and networks (`10.0.0.0/8`) of proxies. @throws Error for what is neither. */
export function clientAddresses(trusted: readonly string[]): ClientAddress {
  const proxies = new BlockList();
  for (const place of trusted) {
    const [address = '', bits] = place.split('/', 2);
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) proxies.addAddress(address, family);
    else proxies.addSubnet(address, Number(bits), family);
  }
  return (c) => clientOf(peerOf(c), c.req.header('x-forwarded-for'), proxies);
}

/** The first address, from our side, that is no proxy of ours. */
export function clientOf(peer: string, forwarded: string | undefined, proxies: BlockList): string {
  let address = plain(peer);
  const named = (forwarded ?? '').split(',').slice(-HOPS_MAX);
  while (isIP(address) !== 0 && proxies.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')) {
    const next = plain(named.pop()?.trim() ?? '');
    if (isIP(next) === 0) break;
    address = next;
  }
  return address;
}

/** What is counted together: an IPv4 address, or the /64 of an IPv6 one, of which everybody has more than can be counted. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').toLowerCase().split('::', 2);
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap =
    tail === undefined ? [] : Array<string>(Math.max(0, GROUPS - before.length - after.length)).fill('0');
  const groups = [...before, ...gap, ...after].map((group) => group.replace(/^0+(?=.)/, ''));
  return `${groups.slice(0, NETWORK_GROUPS).join(':')}::/64`;
}

/** One name for all where there is no connection to ask. */
function peerOf(c: Context): string {
  try {
    return getConnInfo(c).remote.address ?? 'unknown';
  } catch {
    return 'unknown';
  }
}

function plain(address: string): string {
  return address.replace(IPV4_IN_IPV6, '');
}
