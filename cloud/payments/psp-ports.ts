/**
 * Connections to payment service providers: one for each account, opened when it is used first, and anew after the account
 * has changed. Credentials are in memory here and nowhere else.
 */
import { isPublicAddress } from '@totem/api';
import { type Env, ProblemError, type TenantId, type Timers } from '@totem/domain';
import type { PaymentPort } from '@totem/drivers/psp';
import { createHttpSend, createPixApi, createPixPort, type PixApi, type PixConfig } from '@totem/drivers/psp';
import type { pspAccount } from '../db/schema/charges.ts';
import type { Vault } from '../secrets/vault.ts';
import { openPspSecret } from './psp-secret.ts';
import { publicLookup } from './public-lookup.ts';

export type PspAccountRow = typeof pspAccount.$inferSelect;

export interface Psp {
  readonly port: PaymentPort;
  readonly api: PixApi;
}

export interface PspPorts {
  of(account: PspAccountRow): Psp;
  /** @throws ProblemError `psp_address_refused` for an address that this server does not call. */
  requireAddress(url: string): void;
  close(): void;
}

/** Accounts whose connections are kept. */
const PORTS_MAX = 500;
/** What is under way over a connection that is replaced may end. */
const RETIRE_AFTER_MS = 120_000;

interface Open extends Psp {
  readonly version: number;
  close(): void;
}

/** @param allowsLoopback whether providers may be on this machine: for demos and tests. */
export function createPspPorts(parts: {
  readonly env: Env;
  readonly timers: Timers;
  readonly vault: Vault;
  readonly allowsLoopback: boolean;
}): PspPorts {
  const { env, timers, vault, allowsLoopback } = parts;
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
    const { config, tls } = configOf(vault, account);
    const http = createHttpSend(timers, tls, allowsLoopback ? undefined : publicLookup);
    const api = createPixApi(config, { env, timers, send: http.send });
    return { api, port: createPixPort(config, api), version: account.version, close: http.close };
  };
  const requireAddress = (url: string): void => {
    if (!allowsLoopback && !isPublicAddress(url)) throw new ProblemError('psp_address_refused');
  };

  return {
    requireAddress,
    of(account) {
      requireAddress(account.baseUrl);
      requireAddress(account.tokenUrl);
      const key = `${account.tenantId} ${account.id}`;
      const known = open.get(key);
      if (known?.version === account.version) {
        // Used last, evicted last.
        open.delete(key);
        open.set(key, known);
        return known;
      }
      if (known !== undefined) retire(key, known);
      const [oldest] = open;
      if (open.size >= PORTS_MAX && oldest !== undefined) retire(...oldest);
      const made = connect(account);
      open.set(key, made);
      return made;
    },
    close() {
      for (const stop of retired.values()) stop();
      for (const port of [...open.values(), ...retired.keys()]) port.close();
      open.clear();
      retired.clear();
    },
  };
}

function configOf(vault: Vault, account: PspAccountRow): { config: PixConfig; tls: object } {
  const secret = openPspSecret(vault, account.tenantId as TenantId, account.secret);
  const { certificate, privateKey, authority } = secret;
  return {
    config: {
      baseUrl: account.baseUrl,
      tokenUrl: account.tokenUrl,
      tokenBody: account.tokenBody,
      clientId: account.clientId,
      clientSecret: secret.clientSecret,
      key: account.pixKey,
      merchantName: account.merchantName,
      merchantCity: account.merchantCity,
    },
    tls: {
      ...(certificate === null ? {} : { cert: certificate }),
      ...(privateKey === null ? {} : { key: privateKey }),
      ...(authority === null ? {} : { ca: authority }),
    },
  };
}
