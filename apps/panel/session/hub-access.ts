/**
 * The token of the moment. While the hub is asked and the cloud cannot be reached, the cloud's token ends and there is no next one:
 * then the person's PIN gets one of the hub's own, which is used until the cloud answers again.
 */
import { asDoorError, DoorError, type Keeper, type LinkSource, type Session } from '@totem/ui';

export interface HubAccessState {
  /** The hub wants a PIN before it goes on. */
  readonly needsPin: boolean;
}

export interface HubAccess {
  state(): HubAccessState;
  subscribe(changed: () => void): () => void;
  /** The token for a server. */
  token(source: LinkSource): string | null;
  /** For the door: see `DoorOptions.renew`. */
  renew(refused: string | null): Promise<boolean>;
  /** Goes on with a PIN. @throws DoorError `hub_pin_wrong`, `hub_pin_locked`, `unreachable` */
  enter(username: string, pin: string): Promise<void>;
}

export interface HubAccessParts {
  readonly keeper: Pick<Keeper, 'state' | 'subscribe' | 'token' | 'renew'>;
  /** What is asked now. */
  readonly source: () => LinkSource;
  /** A session at the hub. @throws DoorError */
  readonly signIn: (username: string, pin: string) => Promise<Session>;
}

export function createHubAccess({ keeper, source, signIn }: HubAccessParts): HubAccess {
  const lookers = new Set<() => void>();
  let state: HubAccessState = { needsPin: false };
  let own: string | undefined;
  let ofCloud = keeper.token();

  const show = (needsPin: boolean): void => {
    if (needsPin === state.needsPin) return;
    state = { needsPin };
    for (const looker of [...lookers]) looker();
  };
  keeper.subscribe(() => {
    if (keeper.token() === ofCloud) return;
    // The cloud has answered: from now on its word counts again, so that who is revoked is out.
    ofCloud = keeper.token();
    own = undefined;
    show(false);
  });
  return {
    state: () => state,
    subscribe: (changed) => {
      lookers.add(changed);
      return () => void lookers.delete(changed);
    },
    token: (asked) => (asked === 'hub' ? (own ?? keeper.token()) : keeper.token()),
    renew: async (refused) => {
      const isOwn = refused !== null && refused === own;
      if (isOwn) own = undefined;
      // Another request was refused before the PIN was typed.
      if (source() === 'hub' && own !== undefined) return true;
      try {
        return await keeper.renew(isOwn ? keeper.token() : refused);
      } catch (thrown) {
        if (source() === 'hub' && asDoorError(thrown).code === 'unreachable') show(true);
        throw thrown;
      }
    },
    enter: async (username, pin) => {
      const { session } = keeper.state();
      const entered = await signIn(username, pin);
      if (entered.user.id !== session?.user.id) throw new DoorError('hub_pin_wrong');
      own = entered.accessToken;
      show(false);
    },
  };
}
