/** A branch that charges: the cloud with an account at a simulated Pix provider, over mutual TLS on true sockets. */
import { type ApiClient, type BodyInput, ROUTES, type Routes } from '@totem/api';
import { openPixSimulator, type PixSimulator } from '@totem/drivers/psp';
import { systemEnv } from '@totem/host';
import type { TestCloud } from '@totem/testkit/postgres';
import { createIdentities } from '@totem/testkit/tls-identities';
import { apiOf } from './api.ts';
import { enrolTotem, type TestTotem } from './branch.ts';
import { type ChargeAttempt, chargeAttempt } from './charge-attempt.ts';

export interface PixBranch {
  readonly provider: PixSimulator;
  readonly admin: ApiClient;
  readonly totem: ApiClient;
  readonly device: TestTotem;
  readonly accountId: string;
  /** What makes an account at this provider. */
  readonly accountBody: BodyInput<Routes['createPspAccount']>;
  /** Resolves when the provider is called so the next time: `GET /api/v2/cob/…`. */
  called(call: string): Promise<void>;
  /** A new attempt, as a totem asks for it. */
  attempt(over?: Parameters<typeof chargeAttempt>[0]): ChargeAttempt;
  /** The provider calls us about a charge. */
  hint(txid: string): Promise<Response>;
  close(): Promise<void>;
}

const ACCOUNT = { clientId: 'branch', clientSecret: 'client-secret-that-stays-here' };

export async function openPixBranch(test: TestCloud): Promise<PixBranch> {
  const identities = createIdentities();
  const authority = identities.make('authority');
  const client = identities.make('client', 'authority');
  const awaited = new Map<string, () => void>();
  const provider = await openPixSimulator({
    env: systemEnv,
    ...ACCOUNT,
    onCall: (call) => awaited.get(call)?.(),
    tls: {
      ...identities.make('server', 'authority'),
      ca: authority.cert,
      requestCert: true,
      rejectUnauthorized: true,
    },
  });
  const accountBody = {
    name: 'Banco',
    adapter: 'pix',
    environment: 'sandbox',
    baseUrl: provider.baseUrl,
    tokenUrl: provider.tokenUrl,
    ...ACCOUNT,
    certificate: client.cert,
    privateKey: client.key,
    authority: authority.cert,
    pixKey: '7d9f0335-8dcc-4054-9bf9-0dbd61d36906',
    merchantName: 'Loja Totem',
    merchantCity: 'São Paulo',
  } as const;
  const admin = apiOf(test.url, await test.signIn('admin'));
  const device = await enrolTotem(test);
  const { id: accountId } = await admin.call(ROUTES.createPspAccount, { body: accountBody });
  const { url } = await admin.call(ROUTES.getPspWebhook, { params: { id: accountId } });
  return {
    provider,
    admin,
    device,
    totem: apiOf(test.url, device.token),
    accountId,
    accountBody,
    called: (call) => new Promise((resolve) => void awaited.set(call, resolve)),
    attempt: chargeAttempt,
    hint: (txid) =>
      fetch(`${test.url}${new URL(url).pathname}/pix`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ pix: [{ txid, endToEndId: 'E1', valor: '0.01' }] }),
      }),
    close: async () => {
      await provider.close();
      identities.close();
    },
  };
}
