/** Payments as the office looks at them: what needs a person, the day's totals, and what is paid at the counter. */
import type { Routes } from '@totem/api';
import { ProblemError } from '@totem/domain';
import { readTenant } from '../db/with-tenant.ts';
import { type Handler, own, read, write } from '../rest/mount.ts';
import { requireSite } from '../rest/scope.ts';
import { payAtCounter } from './at-counter.ts';
import { allTotals, namesOfTotals, totalsFile } from './day-totals.ts';
import { exceptionsOf } from './exceptions.ts';
import { returnOwedCash } from './owed-cash.ts';

export const officeHandlers = {
  listPaymentExceptions: read(async (tx, { principal, query, env }) => ({
    body: { items: await exceptionsOf(tx, env, principal, query) },
  })),
  getDayTotals: own(async (c, { principal, query: { siteId, businessDay, format } }, { db }) => {
    const { totals, names } = await readTenant(db, principal.tenantId, async (tx) => {
      await requireSite(tx, principal, siteId);
      const days = { siteId, from: businessDay, to: businessDay };
      const found = await allTotals(tx, days);
      return { totals: found, names: format === 'csv' ? await namesOfTotals(tx, found) : new Map() };
    });
    if (format === 'json') {
      const ofDay = totals.map(({ businessDay: _, ...one }) => one);
      return c.json({ siteId, businessDay, totals: ofDay });
    }
    return c.body(totalsFile(totals, names), 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="payments-${businessDay}.csv"`,
    });
  }),
  returnOwedCash: write(async (tx, { principal, params, body, env }) => {
    if (principal.kind !== 'user') throw new ProblemError('forbidden');
    return { body: await returnOwedCash(tx, { env, person: principal }, params.id, body) };
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
