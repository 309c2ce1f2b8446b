/** Accounts at payment service providers, as resources. What proves the tenant there is sealed before it is written. */
import type { BodyOf, Routes } from '@totem/api';
import { instantText, type Principal, ProblemError, type SiteId } from '@totem/domain';
import { and, eq, isNull, or } from 'drizzle-orm';
import type { Database } from '../db/pool.ts';
import { pspAccount } from '../db/schema/charges.ts';
import { type ReadHandle, readTenant } from '../db/with-tenant.ts';
import { configuredHandlers, mayWriteAt, ownOrShared, requireOpenSites } from '../rest/configured.ts';
import { type Handler, own } from '../rest/mount.ts';
import { getRow, type ResourceSpec } from '../rest/resource.ts';
import { pspFaultOf } from './psp-fault.ts';
import type { PspAccountRow, PspPorts } from './psp-ports.ts';
import {
  certificateUntil,
  type GivenSecret,
  openPspSecret,
  type PspSecret,
  sealPspSecret,
} from './psp-secret.ts';

/** Accounts of one tenant. */
const ACCOUNTS_MAX = 200;

const ACCOUNTS: ResourceSpec<typeof pspAccount, ReturnType<typeof view>> = {
  entity: 'psp_account',
  table: pspAccount,
  view,
  sitesFilter: ownOrShared(pspAccount.siteId),
  mayWrite: (principal, { siteId }) => mayWriteAt(principal, siteId),
  siteOf: ({ siteId }) => siteId,
  unique: { psp_account_place_key: 'siteId' },
  max: ACCOUNTS_MAX,
  hidden: ['secret'],
};

export function pspAccountHandlers({ ports }: { readonly ports: PspPorts }) {
  const requireAddresses = (...urls: readonly (string | null | undefined)[]): void => {
    for (const url of urls) if (url != null) ports.requireAddress(url);
  };
  const accountOf = (db: Database, principal: Principal, id: PspAccountId): Promise<PspAccountRow> =>
    readTenant(db, principal.tenantId, (tx) => getRow(tx, ACCOUNTS, principal, id));
  return {
    ...configuredHandlers('PspAccount', 'PspAccounts', ACCOUNTS, {
      where: ({ siteId }) => [siteId === undefined ? undefined : eq(pspAccount.siteId, siteId)],
      checkNew: async (tx, { principal, body }) => {
        requireComplete(body);
        requireAddresses(body.baseUrl, body.tokenUrl);
        await requireOpenSites(tx, principal, 'siteId', body.siteId === null ? [] : [body.siteId]);
      },
      newValues: async ({ body, vault }, { tenantId }) => {
        const { plain, given } = parted(body);
        const secret = merged({ certificate: null, privateKey: null, authority: null }, given);
        return {
          ...plain,
          certificateUntil: certificateUntil(secret),
          secret: sealPspSecret(vault, tenantId, secret),
        };
      },
      checkChange: async (tx, { body, principal, params }) => {
        requireAddresses(body.baseUrl, body.tokenUrl);
        const given = Object.entries(body).filter(([, value]) => value !== undefined);
        const before = await getRow(tx, ACCOUNTS, principal, params.id);
        requireComplete({ ...before, ...Object.fromEntries(given) });
      },
      changes: async ({ body, vault, principal, params }, tx) => {
        const { plain, given } = parted(body);
        if (Object.values(given).every((one) => one === undefined)) return plain;
        const before = await getRow(tx, ACCOUNTS, principal, params.id);
        const secret = merged(openPspSecret(vault, tx.tenantId, before.secret), given);
        return {
          ...plain,
          certificateUntil: certificateUntil(secret),
          secret: sealPspSecret(vault, tx.tenantId, secret),
        };
      },
    }),
    checkPspAccount: own(async (c, { principal, params, env }, { db }) => {
      const account = await accountOf(db, principal, params.id);
      const provider = ports.of(account);
      const readiness = await provider.port.ready();
      if (!readiness.ready)
        throw new ProblemError(pspFaultOf(readiness.cause), { extra: { cause: readiness.cause } });
      const told = await provider.callAt(ports.hintUrl(account));
      if (told.kind !== 'done') {
        const cause = told.kind === 'problem' ? told.name : told.cause;
        throw new ProblemError('psp_refuses_webhook', { extra: { cause } });
      }
      return c.json({ checkedAt: instantText(env.now()) });
    }),
    getPspWebhook: own(async (c, { principal, params }, { db }) =>
      c.json({ url: ports.hintUrl(await accountOf(db, principal, params.id)) }),
    ),
  } satisfies { [N in keyof Routes]?: Handler<Routes[N]> };
}

export type PspAccountId = PspAccountRow['id'];

/** The account that charges at a site: its own, else the tenant's. */
export async function accountAt(tx: ReadHandle, siteId: SiteId): Promise<PspAccountRow | undefined> {
  const rows = await tx.orm
    .select()
    .from(pspAccount)
    .where(
      and(
        eq(pspAccount.tenantId, tx.tenantId),
        eq(pspAccount.active, true),
        isNull(pspAccount.deletedAt),
        or(isNull(pspAccount.siteId), eq(pspAccount.siteId, siteId)),
      ),
    );
  return rows.find((row) => row.siteId !== null) ?? rows[0];
}

/** An account by its id, one that was taken out of use included: what it has charged is still its own. */
export async function accountById(tx: ReadHandle, id: PspAccountId): Promise<PspAccountRow | undefined> {
  const [row] = await tx.orm
    .select()
    .from(pspAccount)
    .where(and(eq(pspAccount.tenantId, tx.tenantId), eq(pspAccount.id, id)));
  return row;
}

/** What the database holds a row to, in words. @throws ProblemError `psp_account_incomplete` */
function requireComplete(account: Complete): void {
  const { tokenUrl, tokenBody, clientId, pixKey, merchantCity, orderTaxId, orderEmail } = account;
  const needs =
    account.adapter === 'pix'
      ? { tokenUrl, tokenBody, clientId, pixKey, merchantCity }
      : { orderTaxId, orderEmail };
  const missing = Object.entries(needs).flatMap(([name, value]) => (value === null ? [name] : []));
  if (missing.length > 0) throw new ProblemError('psp_account_incomplete', { extra: { missing } });
}

type Complete = Pick<
  PspAccountRow,
  'adapter' | 'tokenUrl' | 'tokenBody' | 'clientId' | 'pixKey' | 'merchantCity' | 'orderTaxId' | 'orderEmail'
>;

type Given = BodyOf<Routes['createPspAccount']> | BodyOf<Routes['updatePspAccount']>;

/** What may be read by whoever has the database, and what may not. */
function parted<B extends Given>({ clientSecret, certificate, privateKey, authority, ...plain }: B) {
  return { plain, given: { clientSecret, certificate, privateKey, authority } as GivenSecret };
}

function merged(before: Partial<PspSecret>, given: GivenSecret): PspSecret {
  const changed = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...before, ...Object.fromEntries(changed) } as PspSecret;
}

function view({ tenantId: _, secret: __, ...row }: PspAccountRow) {
  return row;
}
