/** The virtual printer whatever its cable: the mechanism, and the slips that it has put out. */
import type { Timers } from '@totem/domain';
import type { PrinterProfile } from '../profile.ts';
import { DEFAULT_PROFILE } from '../profiles.ts';
import { createMechanism, type Mechanism, type MechanismState, type Switches } from './mechanism.ts';
import { type PaperEnd, type PaperRow, type Slip, slipText } from './paper.ts';
import { paperSvg } from './paper-svg.ts';

/** One slip that came out. */
export interface Paper {
  /** 1 for the first slip of this printer. */
  readonly id: number;
  readonly rows: readonly PaperRow[];
  readonly end: PaperEnd;
  /** Its words, one line for each printed line. */
  readonly text: string;
  /** Its picture, in units of one dot. */
  readonly svg: string;
}

export interface BodyOptions {
  readonly profile?: PrinterProfile;
  readonly timers: Timers;
  readonly onPaper?: (paper: Paper) => void;
}

/** What a person at the printer sees and does. */
export interface PrinterBody {
  /** The newest `PAPERS_KEPT_MAX` slips, oldest first. */
  papers(): readonly Paper[];
  /** Calls back for every slip from now on. @returns ends it. */
  onPaper(listener: (paper: Paper) => void): () => void;
  set(change: Partial<Switches>): void;
  state(): MechanismState;
  /** Something happens after so many more bytes: between them, wherever that is in a job. One at a time; zero bytes is at the next. */
  after(bytes: number, happens: () => void): void;
}

export const PAPERS_KEPT_MAX = 50;

/** The body, and the mechanism that a cable feeds. */
export function createBody(
  options: BodyOptions,
  cable: {
    readonly answer: (bytes: Uint8Array) => void;
    readonly onRoom: () => void;
    /** What is on its way still arrives; it does by default. */
    readonly isUp?: () => boolean;
  },
): { readonly body: PrinterBody; readonly mechanism: Mechanism } {
  const { profile = DEFAULT_PROFILE, timers } = options;
  const listeners = new Set<(paper: Paper) => void>();
  if (options.onPaper !== undefined) listeners.add(options.onPaper);
  const kept: Paper[] = [];
  let printed = 0;
  const mechanism = createMechanism({
    profile,
    timers,
    answer: cable.answer,
    onRoom: cable.onRoom,
    onSlip: (slip) => {
      printed += 1;
      const paper = paperOf(slip, profile, printed);
      kept.push(paper);
      if (kept.length > PAPERS_KEPT_MAX) kept.shift();
      for (const listener of listeners) listener(paper);
    },
  });
  let planned: { left: number; readonly happens: () => void } | null = null;
  /** Up to what is planned, and the rest after it. */
  const receive = (bytes: Uint8Array): void => {
    const plan = planned;
    if (plan === null || plan.left > bytes.length) {
      if (plan !== null) plan.left -= bytes.length;
      mechanism.receive(bytes);
      return;
    }
    mechanism.receive(bytes.subarray(0, plan.left));
    planned = null;
    plan.happens();
    if (cable.isUp?.() ?? true) mechanism.receive(bytes.subarray(plan.left));
  };
  return {
    mechanism: { ...mechanism, receive },
    body: {
      papers: () => [...kept],
      onPaper: (listener) => {
        listeners.add(listener);
        return () => {
          listeners.delete(listener);
        };
      },
      set: (change) => mechanism.set(change),
      state: () => mechanism.state(),
      after: (bytes, happens) => {
        planned = { left: bytes, happens };
      },
    },
  };
}

function paperOf(slip: Slip, profile: PrinterProfile, id: number): Paper {
  const text = slipText(slip);
  return { id, rows: slip.rows, end: slip.end, text, svg: paperSvg(slip, profile, `paper-${id}`, text) };
}
