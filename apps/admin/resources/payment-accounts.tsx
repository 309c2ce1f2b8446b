/** Accounts at payment service providers: how the company is known there, and whether it works. */
import { type AnswerOf, PSP_ADAPTERS, ROUTES, type Routes } from '@totem/api';
import type { Draft } from '../forms/field.ts';
import { AccountCheck } from '../payments/account-check.tsx';
import { choicesOf, siteChoices } from './choices.ts';
import type { ResourceSpec } from './resource.ts';
import { usedColumn } from './used-column.tsx';

type Account = AnswerOf<Routes['getPspAccount']>;

const environmentChoices = choicesOf(['production', 'sandbox'], 'paymentAccount.environment');
const adapterChoices = choicesOf(PSP_ADAPTERS, 'paymentAccount.adapter');
const ofPix = { isShown: ({ adapter }: Draft) => adapter === 'pix' } as const;
const ofPagBank = { isShown: ({ adapter }: Draft) => adapter === 'pagbank' } as const;

export const PAYMENT_ACCOUNTS: ResourceSpec<Account> = {
  form: 'paymentAccount',
  path: '/payment-accounts',
  routes: {
    list: ROUTES.listPspAccounts,
    create: ROUTES.createPspAccount,
    get: ROUTES.getPspAccount,
    update: ROUTES.updatePspAccount,
    remove: ROUTES.deletePspAccount,
  },
  writes: 'integration.write',
  isOfSite: true,
  nameOf: ({ name }) => name,
  columns: ({ t, siteName, instant }) => [
    { name: 'name', label: t('paymentAccount.field.name'), cell: ({ name }) => name },
    {
      name: 'adapter',
      label: t('paymentAccount.field.adapter'),
      cell: ({ adapter }) => t(`paymentAccount.adapter.${adapter}`),
    },
    {
      name: 'environment',
      label: t('paymentAccount.field.environment'),
      cell: ({ environment }) => t(`paymentAccount.environment.${environment}`),
    },
    {
      name: 'site',
      label: t('list.site'),
      cell: ({ siteId }) => (siteId === null ? t('shell.allSites') : siteName(siteId)),
      isSecondary: true,
    },
    {
      name: 'certificate',
      label: t('paymentAccount.certificateUntil'),
      cell: ({ certificateUntil }) => instant(certificateUntil),
      isSecondary: true,
    },
    usedColumn({ t }),
  ],
  filters: () => [],
  start: (siteId) => ({
    siteId: siteId ?? null,
    adapter: 'pix',
    name: '',
    environment: 'production',
    baseUrl: 'https://',
    tokenUrl: 'https://',
    tokenBody: 'form',
    clientId: '',
    clientSecret: '',
    certificate: null,
    privateKey: null,
    authority: null,
    pixKey: '',
    merchantName: '',
    merchantCity: '',
    orderTaxId: '',
    orderEmail: '',
    active: true,
  }),
  after: (account) => <AccountCheck account={account} />,
  sections: [
    {
      name: 'what',
      fields: [
        { path: 'name', kind: 'text' },
        { path: 'active', kind: 'switch' },
        {
          path: 'siteId',
          kind: 'choice',
          isOnlyNew: true,
          isNullable: true,
          choices: siteChoices,
          allLabel: 'shell.allSites',
        },
        { path: 'adapter', kind: 'choice', isOnlyNew: true, choices: adapterChoices },
        { path: 'pixKey', kind: 'text', ...ofPix },
        { path: 'merchantName', kind: 'text' },
        { path: 'merchantCity', kind: 'text', ...ofPix },
        { path: 'orderTaxId', kind: 'text', ...ofPagBank },
        { path: 'orderEmail', kind: 'email', ...ofPagBank },
        { path: 'environment', kind: 'choice', choices: environmentChoices },
      ],
    },
    {
      name: 'provider',
      fields: [
        { path: 'baseUrl', kind: 'text' },
        { path: 'tokenUrl', kind: 'text', ...ofPix },
        {
          path: 'tokenBody',
          kind: 'choice',
          ...ofPix,
          choices: () => ['form', 'json'].map((value) => ({ value, label: value.toUpperCase() })),
        },
        { path: 'clientId', kind: 'text', ...ofPix },
        { path: 'clientSecret', kind: 'password', isOptional: true },
        { path: 'certificate', kind: 'pem', isOptional: true, ...ofPix },
        { path: 'privateKey', kind: 'pem', isOptional: true, ...ofPix },
        { path: 'authority', kind: 'pem', isOptional: true, ...ofPix },
      ],
    },
  ],
};
