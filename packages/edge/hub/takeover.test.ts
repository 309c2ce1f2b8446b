/** Taking the role over: nothing is served in a term before everything that was done to the queue has been read. */
import { newId } from '@totem/domain';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Replica } from '../replica/replica.ts';
import { silentLog } from '../testing/totem.ts';
import { runHubCommand } from './door/run.ts';
import { createTakeover, isReady } from './takeover.ts';
import { makeHub, operatorAt, TEST_TERM, type TestHub, testHub } from './testing/hub-world.ts';

let hub: TestHub;
beforeEach(() => {
  hub = testHub();
});
afterEach(() => hub.close());

it('I-HUB-3: a hub in a new term is not ready until each shape of the queue was read anew', async () => {
  const { parts, place } = hub;
  const { store, device } = parts;
  const asked: { readonly shape: string; readonly done: PromiseWithResolvers<void> }[] = [];
  const replica: Replica = {
    ...parts.replica,
    refetch: (shape) => {
      const done = Promise.withResolvers<void>();
      asked.push({ shape, done });
      return done.promise;
    },
  };
  const takeover = createTakeover({ store, device, replica, log: silentLog });
  takeover.look();
  expect(asked).toEqual([]);
  makeHub(parts, place, TEST_TERM + 1);
  store.write((db) => db.run(`DELETE FROM setting WHERE key = 'hub_ready'`));
  takeover.look();
  takeover.look();
  expect(asked.map(({ shape }) => shape).toSorted()).toEqual([
    'call',
    'counter',
    'operator_session',
    'ticket',
  ]);
  const command = { type: 'operator.resume', id: newId<'command'>(place.world.env) } as const;
  const person = operatorAt(device, place);
  expect(() => runHubCommand(parts, person, command)).toThrow(expect.objectContaining({ code: 'not_ready' }));
  const written = new Promise<void>((resolve) => void store.onCommit(resolve));
  for (const { done } of asked) done.resolve();
  await written;
  expect(store.read((db) => isReady(db, device))).toBe(true);
  expect(() => runHubCommand(parts, person, command)).toThrow(
    expect.objectContaining({ code: 'no_counter' }),
  );
});
