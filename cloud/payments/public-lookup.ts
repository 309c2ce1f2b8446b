/**
 * Finds the address of a provider's name, and refuses those inside of networks: a name on the internet may lead to this
 * server's own neighbours, and whoever configures a provider must not reach them through us (OWASP, server-side request
 * forgery).
 */
import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPublicIp } from '../outbound/public-address.ts';

/** Whether an address lies inside of networks. An IPv4 address in the clothes of IPv6 is that IPv4 address. */
export function isInside(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return !isPublicIp(mapped ?? address);
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
