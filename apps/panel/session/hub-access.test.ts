/** Going on at the hub when the cloud is away: a PIN is asked for when the token has ended, and the cloud's word counts again later. */
import { DoorError, type LinkSource, type Session } from '@totem/ui';
import { expect, it } from 'vitest';
import { createHubAccess } from './hub-access.ts';

const session = (accessToken: string, id = 'otavio'): Session => ({
  accessToken,
  expiresAt: '2026-11-28T10:00:00.000Z',
  sessionId: 's',
  user: { id, fullName: 'Otávio', role: 'operator' },
  tenantId: 't',
  sites: [],
});

function stage() {
  let now = session('cloud 1');
  let isAway = true;
  let source: LinkSource = 'hub';
  const lookers = new Set<() => void>();
  const set = (next: Session) => {
    now = next;
    for (const looker of lookers) looker();
  };
  const keeper = {
    state: () => ({ session: now, reason: undefined }),
    subscribe: (changed: () => void) => {
      lookers.add(changed);
      return () => lookers.delete(changed);
    },
    token: () => now.accessToken,
    renew: async () => {
      if (isAway) throw new DoorError('unreachable');
      set(session('cloud 2'));
      return true;
    },
  };
  const access = createHubAccess({
    keeper,
    source: () => source,
    signIn: async (username, pin) => {
      if (pin !== '482913') throw new DoorError('hub_pin_wrong');
      return session('hub 1', username);
    },
  });
  return {
    access,
    keeper,
    back: () => {
      isAway = false;
    },
    atCloud: () => {
      source = 'cloud';
    },
  };
}
const codeOf = (failing: Promise<unknown>) => failing.then(String, (error: DoorError) => error.code);

it('a token that has ended at the hub is renewed by a PIN while the cloud is away, and by the cloud when it is back', async () => {
  const { access, keeper, back } = stage();
  expect(access.token('hub')).toBe('cloud 1');
  expect(await codeOf(access.renew('cloud 1'))).toBe('unreachable');
  expect(access.state().needsPin).toBe(true);
  expect(await codeOf(access.enter('otavio', '000001'))).toBe('hub_pin_wrong');
  await access.enter('otavio', '482913');
  expect([access.state().needsPin, access.token('hub'), access.token('cloud')]).toEqual([
    false,
    'hub 1',
    'cloud 1',
  ]);
  // What was refused before the PIN was typed is sent again with what it gave.
  expect(await access.renew('cloud 1')).toBe(true);
  back();
  await keeper.renew();
  expect(access.token('hub')).toBe('cloud 2');
});

it('one person’s PIN does not go on with another’s session', async () => {
  const { access } = stage();
  expect(await codeOf(access.enter('ana', '482913'))).toBe('hub_pin_wrong');
  expect(access.token('hub')).toBe('cloud 1');
});

it('a hub’s token that has ended asks for the PIN again, and the cloud never asks for one', async () => {
  const { access } = stage();
  await access.enter('otavio', '482913');
  expect(await codeOf(access.renew('hub 1'))).toBe('unreachable');
  expect(access.state().needsPin).toBe(true);
  const other = stage();
  other.atCloud();
  expect(await codeOf(other.access.renew('cloud 1'))).toBe('unreachable');
  expect(other.access.state().needsPin).toBe(false);
});
