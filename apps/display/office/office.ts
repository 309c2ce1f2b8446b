/**
 * This screen and its office: it says in a rhythm that it is there and whether the room can hear it, and hears what was decided and
 * asked. What was decided last is kept, so that a screen that starts without its link shows what it showed.
 */
import { type DisplaySettings, displaySettingsOf, displaySettingsSchema } from '@totem/domain';
import { deviceAnswerSchema } from '@totem/sync/device';
import { soundState, type World } from '@totem/ui';
import { z } from 'zod';
import { post, send } from '../link/send.ts';
import type { ScreenStorage } from '../pairing/kept-screen.ts';
import { obey } from './commands.ts';
import type { ScreenLog } from './log.ts';

export const REPORT_EVERY_MS = 30_000;
/** After a word that was not heard, or before there was anything to show for it. */
export const REPORT_AGAIN_MS = 5_000;
const KEPT = 'totem.display.settings';

const decidedSchema = z.object({
  version: z.int().min(0),
  settings: displaySettingsSchema,
  media: z.array(z.object({ id: z.string(), type: z.string() })),
});

/** What was decided of this screen. */
export interface Decided {
  readonly version: number;
  readonly settings: DisplaySettings;
  /** What it shows beside the calls, in this order. */
  readonly media: readonly { readonly id: string; readonly type: string }[];
}

export const NOTHING_DECIDED: Decided = { version: 0, settings: displaySettingsOf(undefined), media: [] };

export interface Office {
  current(): Decided;
  subscribe(changed: () => void): () => void;
  /** Begins. @returns stops. */
  start(): () => void;
}

export interface OfficeParts {
  readonly world: World;
  readonly homeUrl: string;
  /** What is shown to the cloud; null while there is nothing. */
  readonly token: () => string | null;
  readonly storage: ScreenStorage;
  readonly log: ScreenLog;
  readonly restart: () => void;
}

/** The office of a screen that has none: opened by a link, or before it is paired. */
export const NO_OFFICE: Office = {
  current: () => NOTHING_DECIDED,
  subscribe: () => () => {},
  start: () => () => {},
};

export function createOffice({ world, homeUrl, token, storage, log, restart }: OfficeParts): Office {
  const lookers = new Set<() => void>();
  let decided = keptIn(storage);

  const headers = (): Record<string, string> => ({ authorization: `Bearer ${token() ?? ''}` });
  const tell = async (): Promise<boolean> => {
    if (token() === null) return false;
    const sound = { part: 'sound', state: soundState() === 'ready' ? 'ok' : 'warning', detail: {} };
    const body = { appVersion: null, settingsVersion: decided.version, parts: [sound] };
    const said = await post(world, `${homeUrl}/v1/device/status`, body, headers());
    const told = deviceAnswerSchema.safeParse(said.body);
    if (said.status !== 200 || !told.success) return false;
    const { settingsVersion, commands } = told.data;
    if (settingsVersion !== decided.version) await read();
    await obey(commands, { storage, log: log.text, restart, end });
    return true;
  };
  const read = async (): Promise<void> => {
    const said = await send(world, `${homeUrl}/v1/device/settings`, { headers: headers() });
    const next = decidedSchema.safeParse(said.body);
    if (said.status !== 200 || !next.success) return log.write(`settings not read: ${said.status}`);
    log.write(`settings of version ${next.data.version}`);
    decided = next.data;
    storage.setItem(KEPT, JSON.stringify(decided));
    for (const looker of [...lookers]) looker();
  };
  const end = async (id: string, ended: object): Promise<void> => {
    const path = `${homeUrl}/v1/device-commands/${encodeURIComponent(id)}/end`;
    await post(world, path, ended, headers()).catch(() => {});
  };

  return {
    current: () => decided,
    subscribe: (changed) => {
      lookers.add(changed);
      return () => lookers.delete(changed);
    },
    start: () => {
      let isOver = false;
      let cancel = (): void => {};
      const again = async (): Promise<void> => {
        const isHeard = await tell().catch(() => false);
        if (isOver) return;
        cancel = world.timers.after(isHeard ? REPORT_EVERY_MS : REPORT_AGAIN_MS, () => void again());
      };
      void again();
      return () => {
        isOver = true;
        cancel();
      };
    },
  };
}

/** Forgets what was decided of a screen that is this device no more. */
export function forgetDecided(storage: ScreenStorage): void {
  storage.removeItem(KEPT);
}

function keptIn(storage: ScreenStorage): Decided {
  try {
    return decidedSchema.parse(JSON.parse(storage.getItem(KEPT) ?? ''));
  } catch {
    return NOTHING_DECIDED;
  }
}
