/** A branch that charges by PagBank: the cloud with an account at the simulated one, on a true socket. */
import { type ApiClient, type BodyInput, ROUTES, type Routes } from '@totem/api';
import { openPagBankSimulator, type PagBankSimulator } from '@totem/drivers/psp';
import { systemEnv } from '@totem/host';
import type { TestCloud } from '@totem/testkit/postgres';
import { apiOf } from './api.ts';
import { enrolTotem, type TestTotem } from './branch.ts';

export interface PagBankBranch {
  readonly provider: PagBankSimulator;
  readonly admin: ApiClient;
  readonly totem: ApiClient;
  readonly device: TestTotem;
  readonly accountId: string;
  /** What makes an account at this provider. */
  readonly accountBody: BodyInput<Routes['createPspAccount']>;
  /** PagBank calls us about an order. @param signature what it is signed with; null is nothing. */
  hint(externalId: string, signature?: string | null): Promise<readonly number[]>;
  close(): Promise<void>;
}

const TOKEN = 'token-that-stays-here';

export async function openPagBankBranch(test: TestCloud): Promise<PagBankBranch> {
  const provider = await openPagBankSimulator({ env: systemEnv, token: TOKEN });
  const accountBody = {
    name: 'PagBank',
    adapter: 'pagbank',
    environment: 'sandbox',
    baseUrl: provider.baseUrl,
    clientSecret: TOKEN,
    merchantName: 'Loja Totem',
    orderTaxId: '12345678000195',
    orderEmail: 'loja@example.com',
  } as const;
  const admin = apiOf(test.url, await test.signIn('admin'));
  const device = await enrolTotem(test);
  const { id: accountId } = await admin.call(ROUTES.createPspAccount, { body: accountBody });
  return {
    provider,
    admin,
    device,
    totem: apiOf(test.url, device.token),
    accountId,
    accountBody,
    // Orders name the public address; in tests the cloud is at another port of this machine.
    hint: (externalId, signature) =>
      provider.notify(externalId, {
        via: (url) => test.url + new URL(url).pathname,
        ...(signature === undefined ? {} : { signature }),
      }),
    close: () => provider.close(),
  };
}
