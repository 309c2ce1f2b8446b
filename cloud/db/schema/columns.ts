/**
 * Column types of the schema, by what a value is in TypeScript. Instants and days stay text: the driver's own parsing would
 * turn a day into a local instant and drop what a `Date` cannot hold.
 */
import { epochMsOf, type Id, type InstantText, instantText } from '@totem/domain';
import { customType, integer, uuid } from 'drizzle-orm/pg-core';

/** `timestamptz`, as UTC with milliseconds. */
export const instant = customType<{ data: InstantText; driverData: string }>({
  dataType: () => 'timestamptz',
  fromDriver: (text) => instantText(epochMsOf(text)),
});

/** `date`, as `2026-11-23`. */
export const day = customType<{ data: string; driverData: string }>({ dataType: () => 'date' });

/** `bytea`. */
export const bytes = customType<{ data: Uint8Array; driverData: Buffer }>({
  dataType: () => 'bytea',
  toDriver: (value) => Buffer.from(value),
  fromDriver: (value) => new Uint8Array(value),
});

/** A UUID that names a `K`. */
export const id = <K extends string>() => uuid().$type<Id<K>>();

/** The tenant, first in every key. */
export const tenantId = () => id<'tenant'>().notNull();

/** What every row of a tenant has. */
export const row = <K extends string>() => ({
  tenantId: tenantId(),
  id: id<K>().notNull(),
  createdAt: instant().notNull(),
});

/** What every configured row has: the version that an update must name, and when it was taken out of use. */
export const configured = () => ({
  version: integer().notNull().default(1),
  deletedAt: instant(),
});
