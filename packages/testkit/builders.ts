/** Rows and entries for tests: valid by default, each field open to an override. */
import {
  APPOINTMENT_CODE_LENGTH,
  APPOINTMENT_CODE_LETTERS,
  type AppointmentRow,
  BRAZILIAN_PRIORITY_CLASSES,
  businessDay,
  type ChainedEntry,
  type ChainHead,
  cents,
  chainDrafts,
  type EntryDraft,
  type Env,
  epochMsOf,
  type Id,
  instantText,
  newId,
  type OriginId,
  type PriorityClassRow,
  QUEUE_RULES_DEFAULT,
  type ServiceRow,
  type SiteRow,
  type TenantId,
} from '@totem/domain';

export function buildSite(env: Env, over: Partial<SiteRow> = {}): SiteRow {
  return {
    tenantId: newId<'tenant'>(env),
    id: newId<'site'>(env),
    createdAt: instantText(env.now()),
    name: 'Unidade Centro',
    slug: 'centro',
    address: null,
    timezone: 'America/Sao_Paulo',
    rolloverHour: 0,
    openingHours: null,
    currency: 'BRL',
    defaultLocale: 'pt-BR',
    queueRules: QUEUE_RULES_DEFAULT,
    kiosk: {},
    theme: {},
    tenantQueuePolicy: null,
    hubEquipmentId: null,
    hubTerm: 0,
    deletedAt: null,
    ...over,
  };
}

export function buildService(env: Env, over: Partial<ServiceRow> = {}): ServiceRow {
  return {
    tenantId: newId<'tenant'>(env),
    id: newId<'service'>(env),
    createdAt: instantText(env.now()),
    siteIds: null,
    name: { 'pt-BR': 'Atendimento geral', en: 'General service', es: 'Atención general' },
    description: null,
    prefix: 'A',
    priceCents: cents(0),
    durationMinutes: 10,
    active: true,
    icon: null,
    sortOrder: 1,
    paymentPolicy: 'free',
    openingHours: null,
    dailyQuota: null,
    queuePolicy: null,
    deletedAt: null,
    ...over,
  };
}

/** A booking of now, in the hours of a site in São Paulo. */
export function buildAppointment(env: Env, over: Partial<AppointmentRow> = {}): AppointmentRow {
  const slot = over.slot ?? instantText(env.now());
  return {
    tenantId: newId<'tenant'>(env),
    id: newId<'appointment'>(env),
    createdAt: instantText(env.now()),
    siteId: newId<'site'>(env),
    serviceId: newId<'service'>(env),
    businessDay: businessDay(epochMsOf(slot), { timezone: 'America/Sao_Paulo', rolloverHour: 0 }),
    slot,
    code: Array.from(
      env.randomBytes(APPOINTMENT_CODE_LENGTH),
      (byte) => APPOINTMENT_CODE_LETTERS[byte % APPOINTMENT_CODE_LETTERS.length],
    ).join(''),
    state: 'booked',
    ticketId: null,
    ...over,
  };
}

export function buildPriorityClass(env: Env, over: Partial<PriorityClassRow> = {}): PriorityClassRow {
  const preset = BRAZILIAN_PRIORITY_CLASSES[0];
  return {
    tenantId: newId<'tenant'>(env),
    id: newId<'priority_class'>(env),
    createdAt: instantText(env.now()),
    name: preset?.name ?? {},
    legalBasis: null,
    tier: 0,
    weight: 0,
    icon: null,
    sortOrder: 0,
    active: true,
    deletedAt: null,
    ...over,
  };
}

/** One writer of the ledger in a test: chains drafts, one transaction for each call. */
export function buildOrigin(
  env: Env,
  tenantId: TenantId,
): {
  readonly id: OriginId;
  head(): ChainHead;
  write(drafts: readonly EntryDraft[], options?: { clockSuspect?: boolean }): ChainedEntry[];
} {
  const id = newId<'origin'>(env);
  let head: ChainHead = { seq: 0, hash: '0'.repeat(64) };
  return {
    id,
    head: () => head,
    write(drafts, options = {}) {
      const context = { tenantId, origin: id, commandId: null, clockSuspect: options.clockSuspect ?? false };
      const chained = chainDrafts(env, context, head, drafts);
      const last = chained.at(-1);
      if (last !== undefined) head = { seq: last.entry.seq, hash: last.entry.hash };
      return chained;
    },
  };
}

/** The draft of an action on an entity, with data that its schema accepts. */
export function draft(
  action: EntryDraft['action'],
  entity: EntryDraft['entity'],
  entityId: Id<string>,
  data: EntryDraft['data'],
  over: Partial<EntryDraft> = {},
): EntryDraft {
  return { siteId: null, userId: null, action, entity, entityId, data, ...over };
}
