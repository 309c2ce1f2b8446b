/**
 * Who may speak to the local API: only the totem's own screen, at the totem's own address. Any page that a browser on this
 * machine opens can reach a loopback port, and a name of the attacker's can be made to point to it; so the Host header is
 * an allow-list, an Origin must be our own, and everything but the screen's files needs the token of this boot.
 */
import { timingSafeEqual } from 'node:crypto';
import { type Env, ProblemError, sha256Hex } from '@totem/domain';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';

const TOKEN_BYTES = 32;

/** A token for this boot, base64url. */
export function bootToken(env: Env): string {
  return Buffer.from(env.randomBytes(TOKEN_BYTES)).toString('base64url');
}

/** The names of a loopback port. */
export function ownHosts(port: number): readonly string[] {
  return [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
}

/** Refuses a foreign Host or Origin with `wrong_host`. `port` is asked late: with port 0 it is known only when listening. */
export function guardHost(port: () => number): MiddlewareHandler {
  return async (c, next) => {
    const hosts = ownHosts(port());
    const origin = c.req.header('origin');
    const isOwnHost = hosts.includes(c.req.header('host') ?? '');
    const isOwnOrigin = origin === undefined || hosts.some((host) => origin === `http://${host}`);
    if (!isOwnHost || !isOwnOrigin) throw new ProblemError('wrong_host');
    await next();
  };
}

/** Refuses a request without this boot's token with `unauthorized`. */
export function guardToken(token: string): MiddlewareHandler {
  return async (c, next) => {
    const [scheme, sent] = (c.req.header('authorization') ?? '').split(' ');
    if (scheme?.toLowerCase() !== 'bearer' || !isSame(sent ?? '', token))
      throw new ProblemError('unauthorized');
    await next();
  };
}

/** Refuses a longer body with `body_too_large`. */
export function guardBody(bytesMax: number): MiddlewareHandler {
  return bodyLimit({
    maxSize: bytesMax,
    onError: () => {
      throw new ProblemError('body_too_large');
    },
  });
}

/** Compares by digest, so that neither content nor length shows in the time it takes. */
function isSame(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(sha256Hex(a), 'hex'), Buffer.from(sha256Hex(b), 'hex'));
}
