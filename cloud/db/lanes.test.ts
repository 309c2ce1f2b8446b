/** Lanes against any order of ends and failures. */
import { newId, type TenantId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLanes } from './lanes.ts';

const tenants: readonly TenantId[] = [newId<'tenant'>(systemEnv), newId<'tenant'>(systemEnv)];

/** Work for one of two tenants; `next` says which of the running ones ends before the following is asked for. */
const works = fc.array(fc.record({ tenant: fc.nat(1), fails: fc.boolean(), next: fc.nat() }), {
  maxLength: 60,
});

test('in any order of ends and failures: as many as there are lanes, in the order of asking, tenants apart', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), works, async (lanes, asked) => {
      const { run } = createLanes(lanes);
      const running: { tenant: number; end: () => void }[] = [];
      const started: number[][] = [[], []];
      const wanted: number[][] = [[], []];
      const answers: Promise<unknown>[] = [];
      const settle = () => new Promise((resolve) => setImmediate(resolve));
      const of = (tenant: number) => running.filter((one) => one.tenant === tenant).length;
      for (const [number, { tenant, fails, next }] of asked.entries()) {
        wanted[tenant]?.push(number);
        const work = () =>
          new Promise<void>((resolve, reject) => {
            started[tenant]?.push(number);
            running.push({ tenant, end: () => (fails ? reject(new Error('failed')) : resolve()) });
          });
        answers.push(run(tenants[tenant] as TenantId, work).catch((error: Error) => error.message));
        await settle();
        expect(of(tenant)).toBeLessThanOrEqual(lanes);
        const [ended] = next % 3 === 0 && running.length > 0 ? running.splice(next % running.length, 1) : [];
        ended?.end();
        await settle();
        for (const one of [0, 1]) {
          const left = (wanted[one]?.length ?? 0) - (started[one]?.length ?? 0);
          if (left > 0) expect(of(one)).toBe(lanes);
        }
      }
      while (running.length > 0) {
        running.shift()?.end();
        await settle();
      }
      await Promise.all(answers);
      expect(started).toEqual(wanted);
    }),
    { numRuns: 60 },
  );
});
