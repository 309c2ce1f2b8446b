/**
 * A shape in a component. Components that look at the same shape share one feed. Over plain HTTP/1.1 a browser has six
 * connections for an origin, so a page keeps at most two shapes live and reads the others with `live: false`.
 */
import type { ShapeName } from '@totem/domain';
import { useSyncExternalStore } from 'react';
import type { Door } from '../door/door.ts';
import { useDoor } from '../door/door-context.tsx';
import { createShapeFeed, type ShapeFeed, type ShapeView } from './shape-feed.ts';

type AnyFeed = { readonly [N in ShapeName]: ShapeFeed<N> }[ShapeName];
const feedsOf = new WeakMap<Door, Map<string, AnyFeed>>();

function sharedFeed<N extends ShapeName>(door: Door, name: N, live: boolean): ShapeFeed<N> {
  const feeds = feedsOf.get(door) ?? new Map<string, AnyFeed>();
  feedsOf.set(door, feeds);
  const key = `${name}:${live}`;
  const known = feeds.get(key) as ShapeFeed<N> | undefined;
  if (known !== undefined) return known;
  const feed = createShapeFeed(door, name, live);
  feeds.set(key, feed as unknown as AnyFeed);
  return feed;
}

export interface ShapeInUse<N extends ShapeName> extends ShapeView<N> {
  /** Reads the shape again now; resolves when it is whole or has failed. */
  readonly refresh: () => Promise<void>;
}

/** The rows of a shape, and what may be believed of them. The rows are the same array until one of them changes. */
export function useShape<N extends ShapeName>(name: N, options: { live?: boolean } = {}): ShapeInUse<N> {
  const door = useDoor();
  const feed = sharedFeed(door, name, options.live ?? true);
  const view = useSyncExternalStore(feed.subscribe, feed.current);
  return { ...view, refresh: feed.refresh };
}
