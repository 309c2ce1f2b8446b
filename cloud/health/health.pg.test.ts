/** The cloud when its database goes away: it lives, says that it cannot serve, and asks to be tried again. */
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { screenOf } from '../testing/person.ts';

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await testCloud();
});
afterEach(() => cloud.close());

const get = async (path: string) => {
  const answer = await fetch(`${cloud.url}${path}`);
  return [answer.status, await answer.json()];
};

test('with its database it is alive and ready', async () => {
  expect(await get('/health/live')).toEqual([200, { status: 'ok' }]);
  expect(await get('/health/ready')).toEqual([200, { status: 'ok' }]);
  expect(await get('/v1/health')).toEqual([200, { status: 'active' }]);
});

test('without its database it is alive, not ready, and every door asks to be tried again', async () => {
  const screen = screenOf(cloud, await cloud.signIn('operador'));
  await screen.done({ type: 'counter.close' });
  await cloud.dropDatabase();
  expect(await get('/health/live')).toEqual([200, { status: 'ok' }]);
  expect(await get('/health/ready')).toEqual([503, expect.objectContaining({ code: 'unreachable' })]);
  const refused = await screen.ask({ type: 'counter.close' });
  expect(refused).toMatchObject({ status: 503, body: { code: 'unreachable' } });
  expect(JSON.stringify(refused.body)).not.toMatch(/postgres|database|ECONN|test_/i);
});
