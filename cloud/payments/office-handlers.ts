/** Payments as the office looks at them: what needs a person, the day's totals, and what is paid at the counter. */
import type { Routes } from '@totem/api';
import { ProblemError } from '@totem/domain';
import { and, desc, eq, inArray } from 'drizzle-orm';
import { equipment } from '../db/schema/tenancy.ts';
import { type ReadHandle, readTenant } from '../db/with-tenant.ts';
import { type Handler, own, read, write } from '../rest/mount.ts';
import { namesOfPeople } from '../rest/names.ts';
import { requireSite } from '../rest/scope.ts';
import { payAtCounter } from './at-counter.ts';
import { type DayTotals, dayTotals, totalsFile } from './day-totals.ts';
import { exceptionsOf } from './exceptions.ts';

export const officeHandlers = {
  listPaymentExceptions: read(async (tx, { principal, query, env }) => ({
    body: { items: await exceptionsOf(tx, env, principal, query) },
  })),
  getDayTotals: own(async (c, { principal, query: { siteId, businessDay, format } }, { db }) => {
    const { totals, names } = await readTenant(db, principal.tenantId, async (tx) => {
      await requireSite(tx, principal, siteId);
      const found = await dayTotals(tx, siteId, businessDay);
      return { totals: found, names: format === 'csv' ? await namesIn(tx, found) : new Map() };
    });
    if (format === 'json') return c.json({ siteId, businessDay, totals });
    return c.body(totalsFile(businessDay, totals, names), 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="payments-${businessDay}.csv"`,
    });
  }),
  payAtCounter: write(async (tx, { principal, params, body, env }) => {
    if (principal.kind !== 'user') throw new ProblemError('forbidden');
    const {
      tenantId: _,
      folded: __,
      ...row
    } = await payAtCounter(tx, { env, person: principal }, params.id, body);
    return { body: row };
  }),
} satisfies { [N in keyof Routes]?: Handler<Routes[N]> };

/** The names of totems and operators, for people who read a file. */
async function namesIn(tx: ReadHandle, totals: DayTotals): Promise<ReadonlyMap<string, string>> {
  const people = await namesOfPeople(
    tx,
    totals.map(({ operatorId }) => operatorId),
  );
  const ids = totals.flatMap(({ equipmentId }) => equipmentId ?? []);
  if (ids.length === 0) return people;
  const devices = await tx.orm
    .select({ id: equipment.id, name: equipment.identifier })
    .from(equipment)
    .where(and(eq(equipment.tenantId, tx.tenantId), inArray(equipment.id, ids)))
    .orderBy(desc(equipment.id));
  return new Map([...people, ...devices.map(({ id, name }) => [id, name] as const)]);
}
