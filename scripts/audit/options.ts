/** What `npm run audit:verify` is asked: which tenants, against which statements, of which database. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  publicSealKeySchema,
  type SealVerifier,
  type SignedSeal,
  sealKeysOf,
  sealVerifierOf,
  signedSealSchema,
  signingKeySchema,
} from '@totem/cloud';
import { idSchema, type TenantId } from '@totem/domain';
import { parseConfig } from '@totem/host';
import { z } from 'zod';

export const AUDIT_USAGE = `npm run audit:verify [-- options]
  --tenant ID   this tenant only; may be given several times
  --seal FILE   a seal as the API gave it, kept elsewhere: the ledger is held to it; may be given several times
  --json        a line of JSON for each tenant
Environment: DATABASE_URL (as totem_api; without it, the demo's database), and the keys that seals were signed with as the
cloud has them: SIGNING_KEY or SEAL_KEY, and SEAL_KEYS_FORMER, a JSON list of public keys, which is enough by itself.`;

export interface AuditOptions {
  /** Undefined: all. */
  readonly tenantIds: readonly TenantId[] | undefined;
  readonly statements: readonly SignedSeal[];
  readonly json: boolean;
}

/** @throws TypeError, ZodError or Error of the file system with what is wrong. */
export function parseAuditArguments(words: readonly string[]): AuditOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      tenant: { type: 'string', multiple: true },
      seal: { type: 'string', multiple: true },
      json: { type: 'boolean', default: false },
    },
  });
  return {
    tenantIds: values.tenant?.map((text) => idSchema<'tenant'>().parse(text)),
    statements: (values.seal ?? []).map((file) =>
      signedSealSchema.parse(JSON.parse(readFileSync(file, 'utf8'))),
    ),
    json: values.json,
  };
}

const json = z.string().transform((text) => JSON.parse(text) as unknown);
const configSchema = z.object({
  DATABASE_URL: z.url().optional(),
  SIGNING_KEY: json.pipe(signingKeySchema).optional(),
  SEAL_KEY: json.pipe(signingKeySchema).optional(),
  SEAL_KEYS_FORMER: json.pipe(z.array(publicSealKeySchema)).default([]),
});

export interface AuditPlace {
  /** Undefined: the demo's. */
  readonly databaseUrl: string | undefined;
  readonly keys: SealVerifier;
}

/** Where to look, and whose signatures to believe. Signing is nothing that a check does: public keys are enough. */
export function auditPlaceOf(environment: Readonly<Record<string, string | undefined>>): AuditPlace {
  const config = parseConfig(configSchema, environment);
  const { SIGNING_KEY: signingKey, SEAL_KEY: sealKey, SEAL_KEYS_FORMER: formerKeys } = config;
  const key = signingKey ?? sealKey;
  return {
    databaseUrl: config.DATABASE_URL,
    keys:
      key === undefined ? sealVerifierOf(formerKeys) : sealKeysOf({ signingKey: key, sealKey, formerKeys }),
  };
}

/** The demo's keys, which lie beside its data. */
export function demoSealKeys(dataDir: string): SealVerifier {
  const file = join(dataDir, 'signing-key.json');
  if (!existsSync(file)) return sealVerifierOf([]);
  return sealKeysOf({ signingKey: signingKeySchema.parse(JSON.parse(readFileSync(file, 'utf8'))) });
}
