/** All that a totem follows, and the question that the rest of the agent asks of it: is it there yet? */
import { FOLLOWED, type FollowedShape } from './apply.ts';
import { createFollower, type FollowerParts } from './follower.ts';

export interface Replica {
  start(): void;
  /** Reads a shape anew. @returns when it is complete here; rejects when the replica stops first. */
  refetch(shape: FollowedShape): Promise<void>;
  /** Goes on at the upstream that the link names now: everything is read anew there. */
  reopen(): void;
  /** The shapes that are not confirmed complete. */
  behind(): readonly FollowedShape[];
  /** Calls back when a shape has moved. @returns stops it. */
  onChange(listener: () => void): () => void;
  stop(): void;
}

export function createReplica(parts: Omit<FollowerParts, 'onProgress'>): Replica {
  const listeners = new Set<() => void>();
  const waiting = new Set<{ readonly shape: FollowedShape; readonly done: PromiseWithResolvers<void> }>();
  const progressed = (shape: FollowedShape): void => {
    for (const wait of [...waiting]) {
      if (wait.shape !== shape || !followers[shape].isUpToDate()) continue;
      waiting.delete(wait);
      wait.done.resolve();
    }
    for (const listener of [...listeners]) listener();
  };
  const followers = Object.fromEntries(
    FOLLOWED.map((shape) => [shape, createFollower(shape, { ...parts, onProgress: progressed })]),
  ) as Record<FollowedShape, ReturnType<typeof createFollower>>;
  return {
    start() {
      for (const shape of FOLLOWED) followers[shape].start();
    },
    refetch(shape) {
      const wait = { shape, done: Promise.withResolvers<void>() };
      waiting.add(wait);
      followers[shape].refetch();
      return wait.done.promise;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    reopen() {
      for (const shape of FOLLOWED) followers[shape].reopen();
    },
    behind: () => FOLLOWED.filter((shape) => !followers[shape].isUpToDate()),
    stop() {
      for (const shape of FOLLOWED) followers[shape].stop();
      for (const wait of [...waiting]) wait.done.reject(new Error('the replica has stopped'));
      waiting.clear();
    },
  };
}
