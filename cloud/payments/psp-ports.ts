/**
 * Connections to payment service providers: one for each account, opened when it is used first, and anew after the account
 * has changed. Credentials are in memory here and nowhere else.
 */
import { isPublicAddress } from '@totem/api';
import { type Env, ProblemError, type TenantId, type Timers } from '@totem/domain';
import {
  type ClientTls,
  createHttpSend,
  createPagBankProvider,
  createPixProvider,
  type HttpSend,
  type PagBankConfig,
  type PixConfig,
  type Provider,
} from '@totem/drivers/psp';
import type { Database } from '../db/pool.ts';
import type { pspAccount } from '../db/schema/charges.ts';
import { capabilityOf } from '../secrets/named-capability.ts';
import type { Vault } from '../secrets/vault.ts';
import { createOrderBook } from './order-book.ts';
import { openPspSecret, type PspSecret } from './psp-secret.ts';
import { publicLookup } from './public-lookup.ts';

export type PspAccountRow = typeof pspAccount.$inferSelect;

export interface PspPorts {
  of(account: PspAccountRow): Provider;
  /** Where the provider of an account is to call. */
  hintUrl(account: PspAccountRow): string;
  /** @throws ProblemError `psp_address_refused` for an address that this server does not call. */
  requireAddress(url: string): void;
  close(): void;
}

/** Accounts whose connections are kept. */
const PORTS_MAX = 500;
/** What is under way over a connection that is replaced may end. */
const RETIRE_AFTER_MS = 120_000;

interface Open {
  readonly provider: Provider;
  readonly version: number;
  close(): void;
}

/** @param allowsLoopback whether providers may be on this machine: for demos and tests. */
export function createPspPorts(parts: {
  readonly db: Database;
  readonly env: Env;
  readonly timers: Timers;
  readonly vault: Vault;
  readonly allowsLoopback: boolean;
  /** The address that providers use. */
  readonly publicUrl: string;
}): PspPorts {
  const { timers, vault, allowsLoopback, publicUrl } = parts;
  const open = new Map<string, Open>();
  const retired = new Map<Open, () => void>();

  const retire = (key: string, port: Open): void => {
    open.delete(key);
    const stop = timers.after(RETIRE_AFTER_MS, () => {
      retired.delete(port);
      port.close();
    });
    retired.set(port, stop);
  };
  const connect = (account: PspAccountRow): Open => {
    const secret = openPspSecret(vault, account.tenantId as TenantId, account.secret);
    const http = createHttpSend(timers, tlsOf(secret), allowsLoopback ? undefined : publicLookup);
    const provider = providerOf(account, secret, http.send);
    return { provider, version: account.version, close: http.close };
  };
  const providerOf = (account: PspAccountRow, secret: PspSecret, send: HttpSend): Provider => {
    switch (account.adapter) {
      case 'pix':
        return createPixProvider(pixConfigOf(account, secret), { ...parts, send });
      case 'pagbank': {
        // It calls nobody without TLS, and refuses orders that name such an address.
        const isCallable = publicUrl.startsWith('https:') || allowsLoopback;
        const notificationUrl = isCallable ? { notificationUrl: hintUrl(account) } : {};
        const book = createOrderBook(parts, account);
        return createPagBankProvider(
          { ...pagBankConfigOf(account, secret), ...notificationUrl },
          { ...parts, send, book },
        );
      }
      default:
        return account.adapter satisfies never;
    }
  };
  const hintUrl = (account: PspAccountRow): string =>
    `${publicUrl}/v1/psp/${account.adapter}/${capabilityOf(vault, 'provider hints', account)}`;
  const requireAddress = (url: string): void => {
    if (!allowsLoopback && !isPublicAddress(url)) throw new ProblemError('psp_address_refused');
  };

  return {
    requireAddress,
    hintUrl,
    of(account) {
      requireAddress(account.baseUrl);
      if (account.tokenUrl !== null) requireAddress(account.tokenUrl);
      const key = `${account.tenantId} ${account.id}`;
      const known = open.get(key);
      if (known?.version === account.version) {
        // Used last, evicted last.
        open.delete(key);
        open.set(key, known);
        return known.provider;
      }
      if (known !== undefined) retire(key, known);
      const [oldest] = open;
      if (open.size >= PORTS_MAX && oldest !== undefined) retire(...oldest);
      const made = connect(account);
      open.set(key, made);
      return made.provider;
    },
    close() {
      for (const stop of retired.values()) stop();
      for (const port of [...open.values(), ...retired.keys()]) port.close();
      open.clear();
      retired.clear();
    },
  };
}

function tlsOf({ certificate, privateKey, authority }: PspSecret): ClientTls {
  return {
    ...(certificate === null ? {} : { cert: certificate }),
    ...(privateKey === null ? {} : { key: privateKey }),
    ...(authority === null ? {} : { ca: authority }),
  };
}

/** What the database holds every account of this adapter to. */
function needed<T>(value: T | null): T {
  if (value === null) throw new Error('an account lacks what its adapter needs');
  return value;
}

function pixConfigOf(account: PspAccountRow, { clientSecret }: PspSecret): PixConfig {
  return {
    baseUrl: account.baseUrl,
    tokenUrl: needed(account.tokenUrl),
    tokenBody: needed(account.tokenBody),
    clientId: needed(account.clientId),
    clientSecret,
    key: needed(account.pixKey),
    merchantName: account.merchantName,
    merchantCity: needed(account.merchantCity),
  };
}

function pagBankConfigOf(account: PspAccountRow, { clientSecret }: PspSecret): PagBankConfig {
  return {
    baseUrl: account.baseUrl,
    token: clientSecret,
    customer: {
      name: account.merchantName,
      email: needed(account.orderEmail),
      taxId: needed(account.orderTaxId),
    },
  };
}
