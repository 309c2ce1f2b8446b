/** One test's stage: a world on virtual time, the holds of its server, and plain requests to it. */
import { type VirtualWorld, virtualWorld } from '@totem/testkit/virtual';
import { afterEach, beforeEach, expect } from 'vitest';
import type { ShapeEvent } from '../shape/events.ts';
import type { ShapeLimits } from '../shape/limits.ts';
import type { Probe } from './tables.ts';
import type { ShapeWorld, ShapeWorldSetup } from './world.ts';

/** Small limits, so that a handful of rows already needs several chunks and pages. */
export const suiteLimits = {
  snapshotChunkBytes: 600,
  pageBytes: 600,
} as const satisfies Partial<ShapeLimits>;
export const liveHoldMs = 20_000;
export const beyondHoldMs = 10_000;

export interface Message {
  readonly key?: string;
  readonly value?: Readonly<Record<string, string | null>>;
  readonly old_value?: Readonly<Record<string, string | null>>;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as messages. Fails when it is something else. */
  messages(): readonly Message[];
  json(): unknown;
}

/** Handle and offset as a client keeps them. */
export interface Place {
  readonly handle: string;
  readonly offset: string;
}

export interface Stage
  extends Pick<ShapeWorld, 'write' | 'overlap' | 'rows' | 'trim' | 'bumpEpoch' | 'restart' | 'url'> {
  readonly virtual: VirtualWorld;
  readonly events: readonly ShapeEvent[];
  /** Requests on hold now. */
  holds(): number;
  /** Resolves when a request goes on hold, from now on. */
  nextHold(): Promise<void>;
  /** Resolves when at least `count` requests are on hold. */
  untilHolds(count: number): Promise<void>;
  /** Resolves when no request is on hold. */
  untilNoHolds(): Promise<void>;
  urlOf(probe: Probe): string;
  ask(probe: Probe, parameters: Record<string, string>, init?: RequestInit): Promise<Answer>;
  /** Follows the protocol from `place` to up-to-date, and checks on the way that each answer advances (I-SHP-1). */
  catchUp(probe: Probe, place?: Place, parameters?: Record<string, string>): Promise<CaughtUp>;
}

export interface CaughtUp extends Place {
  readonly answers: readonly Answer[];
  /** What happened to rows, from all answers. */
  readonly changes: readonly Message[];
}

const answersMax = 200;

/** Opens a stage before each test of the enclosing block and closes it after. */
export function useStage(setup: ShapeWorldSetup, limits: Partial<ShapeLimits> = {}): () => Stage {
  let world: ShapeWorld | undefined;
  let stage: Stage | undefined;
  beforeEach(async () => {
    ({ world, stage } = await openStage(setup, limits));
  });
  afterEach(async () => {
    await world?.close();
  });
  return () => {
    if (stage === undefined) throw new Error('no test is running');
    return stage;
  };
}

/** A stage outside of a test block's hooks; the caller closes the world. */
export async function openStage(
  setup: ShapeWorldSetup,
  limits: Partial<ShapeLimits> = {},
): Promise<{ readonly world: ShapeWorld; readonly stage: Stage }> {
  const virtual = virtualWorld();
  const watch = createHoldWatch();
  const world = await setup({
    env: virtual.env,
    timers: virtual.timers,
    handleKey: Uint8Array.from({ length: 32 }, (_, index) => index),
    limits: { ...suiteLimits, ...limits },
    onEvent: watch.onEvent,
  });
  const { url, write, overlap, rows, trim, bumpEpoch, restart } = world;
  const urlOf = (probe: Probe): string => `${url}?probe=${encodeURIComponent(JSON.stringify(probe))}`;
  const stage: Stage = {
    ...{ url, write, overlap, rows, trim, bumpEpoch, restart, virtual, urlOf },
    events: watch.events,
    holds: watch.holds,
    nextHold: () => {
      const seen = watch.events.length;
      return watch.until(() => watch.events.slice(seen).some(({ kind }) => kind === 'hold_started'));
    },
    untilHolds: (count) => watch.until(() => watch.holds() >= count),
    untilNoHolds: () => watch.until(() => watch.holds() === 0),
    ask: (probe, parameters, init) => ask(urlOf(probe), parameters, init),
    catchUp: (probe, place, parameters) => catchUp(stage, probe, place, parameters),
  };
  return { world, stage };
}

/** Counts holds from the server's events and lets a test wait for them. */
function createHoldWatch() {
  const events: ShapeEvent[] = [];
  const watchers = new Set<() => void>();
  let holds = 0;
  return {
    events,
    holds: () => holds,
    onEvent: (event: ShapeEvent): void => {
      events.push(event);
      // Counted here: after a restart the old server still tells how its own holds end.
      if (event.kind === 'hold_started') holds += 1;
      if (event.kind === 'hold_ended') holds -= 1;
      for (const watcher of [...watchers]) watcher();
    },
    until: (isTrue: () => boolean): Promise<void> =>
      new Promise((resolve) => {
        const watcher = (): void => {
          if (!isTrue()) return;
          watchers.delete(watcher);
          resolve();
        };
        watchers.add(watcher);
        watcher();
      }),
  };
}

/** A plain request. */
export async function ask(
  url: string,
  parameters: Record<string, string>,
  init: RequestInit = {},
): Promise<Answer> {
  const full = new URL(url);
  for (const [name, value] of Object.entries(parameters)) full.searchParams.set(name, value);
  const response = await fetch(full, init);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: () => JSON.parse(text),
    messages: () => {
      const body: unknown = JSON.parse(text);
      expect(Array.isArray(body), text).toBe(true);
      return body as readonly Message[];
    },
  };
}

/** Handle and offset of an answer. */
export function placeOf(answer: Answer): Place {
  expect(answer.status, answer.text).toBe(200);
  const handle = answer.headers.get('electric-handle') ?? '';
  const offset = answer.headers.get('electric-offset') ?? '';
  expect(handle).not.toBe('');
  expect(offset).toMatch(/^\d+_\d+$/);
  return { handle, offset };
}

/** Whether a message is about a row. */
export function isChange(message: Message): boolean {
  return message.key !== undefined;
}

/** Whether a message says that the initial rows are complete. */
export function isSnapshotEnd(message: Message | undefined): boolean {
  return message?.headers.control === 'snapshot-end';
}

export function isUpToDate(message: Message | undefined): boolean {
  return message?.headers.control === 'up-to-date';
}

async function catchUp(
  stage: Stage,
  probe: Probe,
  from: Place | undefined,
  parameters: Record<string, string> = {},
): Promise<CaughtUp> {
  const answers: Answer[] = [];
  let place: Place = from ?? { handle: '', offset: '-1' };
  while (answers.length < answersMax) {
    const request = place.handle === '' ? { offset: place.offset } : { ...place };
    const answer = await stage.ask(probe, { ...request, ...parameters });
    const next = placeOf(answer);
    answers.push(answer);
    const messages = answer.messages();
    const isDone = isUpToDate(messages.at(-1));
    expect(answer.headers.has('electric-up-to-date')).toBe(isDone);
    expect(messages.slice(0, -1).some(isUpToDate)).toBe(false);
    if (isDone) {
      return { ...next, answers, changes: answers.flatMap((each) => each.messages()).filter(isChange) };
    }
    expect(next.offset).not.toBe(place.offset);
    place = next;
  }
  throw new Error(`not up to date after ${answersMax} answers`);
}
