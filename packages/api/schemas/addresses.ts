/** Addresses that the cloud is told to call: only such that lie on the internet, so that nothing inside a network is reached. */

/** No credentials, and at most a port after the name. */
const ADDRESS = /^https:\/\/([^/?#:@\\\s]+)(?::\d{1,5})?(?:[/?#][^\\\s]*)?$/i;
/** A name of at least two parts whose last has letters: no number is one, in whatever form. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/;
/** Names that are given inside of networks. */
const INSIDE = /\.(?:local|localhost|internal|lan|home|arpa)$/;
/** This machine itself, as demos and tests have their providers. */
const LOOPBACK = /^https?:\/\/(?:127\.0\.0\.1|localhost)(?::\d{1,5})?(?:\/[^?#\\\s]*)?$/i;

/** Whether it is `https`, without credentials, and of a host by its public name. */
export function isPublicAddress(text: string): boolean {
  const host = ADDRESS.exec(text)?.[1]?.toLowerCase() ?? '';
  return HOST.test(host) && !INSIDE.test(host);
}

/** Whether it is one of this very machine. */
export function isLoopbackAddress(text: string): boolean {
  return LOOPBACK.test(text);
}
