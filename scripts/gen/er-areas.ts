/** The parts of the schema, as a person would tell them. */
import type { LiveTable } from './live-schema.ts';

export interface Area {
  readonly title: string;
  readonly about: string;
  /** The colour of its tables' heads in the picture: light, under black text. */
  readonly colour: string;
  readonly tables: readonly string[];
}

export const AREAS: readonly Area[] = [
  {
    title: 'Tenants and what they configure',
    about: 'Changed by people, rarely; soft-deleted; every update names the version that it saw.',
    colour: '#cfe3f7',
    tables: ['tenant', 'site', 'service', 'priority_class', 'counter', 'equipment', 'site_hub'],
  },
  {
    title: 'Devices',
    about: 'How a device comes to be known, what the office decides of it and asks of it, and what it shows.',
    colour: '#cdeae4',
    tables: ['enrolment', 'pairing', 'device_settings', 'device_command', 'media'],
  },
  {
    title: 'Settings',
    about: 'What is printed, whom to tell, and where to call; secrets are encrypted.',
    colour: '#dcd9f3',
    tables: ['config_print', 'config_notification', 'config_webhook'],
  },
  {
    title: 'People and access',
    about: 'Who may come in, with what, and how often they may try.',
    colour: '#f8ddc5',
    tables: [
      'platform_owner',
      'app_user',
      'user_site',
      'user_service',
      'user_session',
      'second_factor',
      'api_key',
      'idempotency_key',
      'rate_limit',
    ],
  },
  {
    title: 'The queue',
    about:
      'Folded from the ledger: a well-formed fact is never refused, so the only reference is to the site.',
    colour: '#d3efd2',
    tables: ['ticket', 'call', 'operator_session', 'code_counter', 'appointment', 'appointment_person'],
  },
  {
    title: 'Money',
    about:
      'Payments are folded from the ledger like the queue; charges are what the cloud asked of providers. Cents and a currency; never a full card number.',
    colour: '#fbf0bd',
    tables: [
      'payment_session',
      'payment_transaction',
      'receipt',
      'psp_account',
      'charge',
      'refund_order',
      'cash_return',
      'reconciliation',
      'reconciliation_item',
    ],
  },
  {
    title: 'The ledger',
    about:
      'What happened, in order of receipt, and what people have to look at. Entries and seals are append-only.',
    colour: '#f4d3dc',
    tables: [
      'origin',
      'ledger_cursor',
      'audit_log',
      'audit_seal',
      'audit_retired',
      'entry_private',
      'ledger_parked',
      'ledger_quarantine',
      'conflict',
      'command',
    ],
  },
  {
    title: 'Telling',
    about:
      'What webhooks and people are told: events, their way to each receiver, and what is wrong at the moment.',
    colour: '#e8e0d5',
    tables: ['event', 'delivery', 'delivery_attempt', 'alert'],
  },
  {
    title: 'Readers and reports',
    about: 'Changes for those who follow tables, and days in figures that outlive the detail.',
    colour: '#d5ecec',
    tables: ['change_head', 'change_log', 'daily_metric'],
  },
];

const OTHERS: Area = { title: 'Others', about: 'In no area yet.', colour: '#e6e6e6', tables: [] };

/** The tables of each area; those that no area names come last, until somebody says where they belong. */
export function tablesByArea(
  tables: readonly LiveTable[],
): { readonly area: Area; readonly tables: LiveTable[] }[] {
  const named = AREAS.flatMap((area) => area.tables);
  const parts = AREAS.map((area) => ({
    area,
    tables: area.tables.flatMap((name) => tables.filter((one) => one.name === name)),
  }));
  const others = tables.filter(({ name }) => !named.includes(name));
  return others.length === 0 ? parts : [...parts, { area: OTHERS, tables: others }];
}

const SHORT: Readonly<Record<string, string>> = {
  'timestamp with time zone': 'timestamptz',
  integer: 'int4',
  bigint: 'int8',
  boolean: 'bool',
};

/** A type by the name that the migrations use. */
export function shortType(type: string): string {
  return SHORT[type] ?? type;
}

/** The table that a column leads to, with others or alone; every table's tenant is left out. */
export function targetOf(table: LiveTable, column: string): string | undefined {
  if (column === 'tenant_id') return undefined;
  return table.references.find(({ columns }) => columns.includes(column))?.table;
}
