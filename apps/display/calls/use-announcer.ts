/** The announcer in a component: it follows the rows, and the component is drawn anew when what it shows changes. */
import { browserWorld } from '@totem/ui';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Announcer, Call } from './announcer.ts';
import { createAnnouncerLoop } from './announcer-loop.ts';

/**
 * Follows the log of calls.
 * @param live whether the rows are up to date at this moment.
 * @param onAnnounce called once for each announced call; the first one given is kept.
 */
export function useAnnouncer(
  calls: readonly Call[],
  live: boolean,
  onAnnounce: (call: Call) => void,
): Announcer {
  const [loop] = useState(() => createAnnouncerLoop(browserWorld.timers, onAnnounce));
  useEffect(() => loop.sync(calls, live), [loop, calls, live]);
  useEffect(() => () => loop.stop(), [loop]);
  return useSyncExternalStore(loop.subscribe, loop.current);
}
