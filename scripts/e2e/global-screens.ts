/** Builds the screens once for a run of browser tests: two files that start a demo at once would build into one folder. */
import { buildScreens } from '../build-apps.ts';

/** For Vitest's `globalSetup`. */
export async function setup(): Promise<void> {
  await buildScreens({ quiet: true });
}
