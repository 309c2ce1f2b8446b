/** Which calls a screen shows, and that it says nothing before it can know. */
import { DISPLAY_SETTINGS_DEFAULT, type ServiceRow } from '@totem/domain';
import { expect, it } from 'vitest';
import type { Call } from './announcer.ts';
import { shownCalls } from './shown-calls.ts';

const call = (code: string, counterId: string) => ({ id: code, code, counterId }) as unknown as Call;
const service = (id: string, prefix: string) => ({ id, prefix, deletedAt: null }) as unknown as ServiceRow;
const CALLS = [call('A001', 'c1'), call('B001', 'c1'), call('A2-002', 'c2')];
const SERVICES = [service('s1', 'A'), service('s2', 'B')];

it.each([
  ['all, where nothing was chosen', null, null, SERVICES, ['A001', 'B001', 'A2-002']],
  ['all, also before the services are known', null, null, [], ['A001', 'B001', 'A2-002']],
  ['those of its services, by the prefix', ['s1'], null, SERVICES, ['A001', 'A2-002']],
  ['those of its counters', null, ['c1'], SERVICES, ['A001', 'B001']],
  ['those of both', ['s1'], ['c1'], SERVICES, ['A001']],
  ['nothing yet, before it knows the services', ['s1'], null, [], undefined],
] as const)('a screen shows %s', (_, serviceIds, counterIds, services, shown) => {
  const settings = { ...DISPLAY_SETTINGS_DEFAULT, serviceIds, counterIds } as never;
  expect(shownCalls(CALLS, settings, services)?.map(({ code }) => code)).toEqual(shown);
});
