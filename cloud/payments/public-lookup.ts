/**
 * Finds the address of a provider's name, and refuses those inside of networks: a name on the internet may lead to this
 * server's own neighbours, and whoever configures a provider must not reach them through us (OWASP, server-side request
 * forgery).
 */
import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Networks that are nobody's on the internet (IANA, special-purpose address registries). */
const INSIDE: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 127, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
];

const blocked = new BlockList();
for (const [network, prefix, family] of INSIDE) blocked.addSubnet(network, prefix, family);

/** Whether an address lies inside of networks. An IPv4 address in the clothes of IPv6 is that IPv4 address. */
export function isInside(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const plain = mapped ?? address;
  const version = isIP(plain);
  if (version === 0) return true;
  return blocked.check(plain, version === 4 ? 'ipv4' : 'ipv6');
}

/** For `connect`: answers with addresses of the internet, or fails with `ADDRESS_REFUSED`. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? [];
    if (error !== null || first === undefined) return callback(error ?? refused(), '');
    if (addresses.some(({ address }) => isInside(address))) return callback(refused(), '');
    if (options.all === true) return callback(null, addresses);
    callback(null, first.address, first.family);
  });
};

function refused(): NodeJS.ErrnoException {
  return Object.assign(new Error('the name leads into a network'), { code: 'ADDRESS_REFUSED' });
}
