/**
 * Identifiers. Every row's id is a UUIDv7 (RFC 9562, 5.7) made where the row is born, so a totem never asks anyone for one.
 * Ids carry a brand that says what they name: a ticket's id cannot be passed where a counter's is meant.
 */
import { v7 } from 'uuid';
import type { Env } from '../env.ts';
import '../zod-setup.ts';
import { z } from 'zod';

declare const kind: unique symbol;

/** A UUID that names a `K`. */
export type Id<K extends string> = string & { readonly [kind]: K };

export type TenantId = Id<'tenant'>;
export type SiteId = Id<'site'>;
export type ServiceId = Id<'service'>;
export type PriorityClassId = Id<'priority_class'>;
export type TicketId = Id<'ticket'>;
export type CallId = Id<'call'>;
export type CounterId = Id<'counter'>;
export type UserId = Id<'user'>;
export type EquipmentId = Id<'equipment'>;
export type OperatorSessionId = Id<'operator_session'>;
export type CommandId = Id<'command'>;
export type EntryId = Id<'entry'>;
/** One incarnation of one writer of the ledger. */
export type OriginId = Id<'origin'>;
/** One local transaction of one origin. */
export type TxId = Id<'tx'>;
export type PaymentSessionId = Id<'payment_session'>;
export type PaymentTransactionId = Id<'payment_transaction'>;
export type PrintJobId = Id<'print_job'>;
export type SessionId = Id<'session'>;
export type ApiKeyId = Id<'api_key'>;
export type OwnerId = Id<'owner'>;

/** Makes a UUIDv7 from the passed-in clock and randomness. */
export function newId<K extends string>(env: Env): Id<K> {
  return v7({ msecs: env.now(), random: env.randomBytes(16) }) as Id<K>;
}

/** The schema of an id at the door: any UUID in lower case. */
export function idSchema<K extends string>(): z.ZodType<Id<K>> {
  return z.guid().transform((text) => text.toLowerCase() as Id<K>) as unknown as z.ZodType<Id<K>>;
}
