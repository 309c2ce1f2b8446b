/**
 * The certificate authority of a site, as its hub has it: made once, kept beside the device's key and read by nobody else. What
 * it signs is the hub's own server, for the addresses that it has now. Its key never leaves the totem; another hub makes its own.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Env } from '@totem/domain';
import { z } from 'zod';
import type { Device } from '../../device.ts';
import { makeCertificate, SERIAL_BYTES } from './certificate.ts';

const FILE = 'site-authority.json';
const FILE_MODE = 0o600;
const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3_650;
/** Browsers take no server for longer than 398 days; ours is made anew at every start and every month. */
export const SERVER_DAYS = 90;
/** A clock that is a little behind must not find it too young. */
const BACKDATED_MS = DAY_MS;

const fileSchema = z.object({ key: z.string().min(1), certificate: z.string().min(1) });

/** What an HTTPS server needs. */
export interface ServerCredentials {
  /** PEM. */
  readonly key: string;
  /** PEM. */
  readonly cert: string;
}

export interface SiteAuthority {
  /** What is told to others so that they believe the server: PEM. */
  readonly certificate: string;
  /** A new key and its certificate for the names and addresses by which the hub is reached. */
  serverFor(hosts: readonly string[]): ServerCredentials;
}

/** Opens the authority, making it where there is none. @throws Error when the file is there and is none. */
export function openAuthority(dataDir: string, device: Device, env: Env): SiteAuthority {
  const path = join(dataDir, FILE);
  const name = `Totem ${device.siteId}`;
  const { key, certificate } = readKept(path) ?? makeKept(path, name, env);
  const issuerKey = createPrivateKey(key);
  return {
    certificate,
    serverFor: (hosts) => {
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const cert = makeCertificate({
        subject: `Totem ${device.equipmentId}`,
        issuer: name,
        publicKey: pair.publicKey,
        issuerKey,
        serial: serialOf(env),
        notBeforeMs: env.now() - BACKDATED_MS,
        notAfterMs: env.now() + SERVER_DAYS * DAY_MS,
        use: { hosts },
      });
      return { key: pemOf(pair.privateKey), cert };
    },
  };
}

function readKept(path: string): z.output<typeof fileSchema> | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  // Screens and totems believe this one: it is not replaced because it cannot be read.
  return fileSchema.parse(JSON.parse(text));
}

function makeKept(path: string, name: string, env: Env): z.output<typeof fileSchema> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certificate = makeCertificate({
    subject: name,
    issuer: name,
    publicKey: createPublicKey(privateKey),
    issuerKey: privateKey,
    serial: serialOf(env),
    notBeforeMs: env.now() - BACKDATED_MS,
    notAfterMs: env.now() + AUTHORITY_DAYS * DAY_MS,
    use: 'authority',
  });
  const kept = { key: pemOf(privateKey), certificate };
  // Written aside and moved, so that nobody ever reads half of it.
  writeFileSync(`${path}.new`, JSON.stringify(kept), { mode: FILE_MODE, flush: true });
  renameSync(`${path}.new`, path);
  return kept;
}

/** Positive, and never all zeros. */
function serialOf(env: Env): Uint8Array {
  const bytes = Uint8Array.from(env.randomBytes(SERIAL_BYTES));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
