/**
 * The headers of Standard Webhooks 1.0: an id that stays the same over all attempts, the time of this attempt, and a signature
 * with each secret that holds, so that a receiver may change over in its own time.
 */
import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';

/** @param at milliseconds since the epoch; @param secrets as people are shown them, the newest first. */
export function signedHeaders(
  id: string,
  at: number,
  body: string,
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at / 1_000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
