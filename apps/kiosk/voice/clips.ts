/** The recordings of the guide by name, and which of them are played when. Each language has every one of them. */
import type { Paper } from '../device/device-state.ts';
import { type Flow, isNotPaid, type Paying } from '../session/flow.ts';

export const PAGE_CLIPS = [
  'attract',
  'priority',
  'services',
  'search',
  'check-in',
  'not-checked-in',
  'identify',
  'confirm',
  'method',
  'pay-scan',
  'pay-cash',
  'pay-owed',
  'pay-terminal',
  'pay-wait',
  'pay-approved',
  'not-paid',
  'pay-unknown',
  'issuing',
  'ticket',
  'printed',
  'not-printed',
  'ask-printed',
  'failed',
  'closed',
  'out',
  'idle',
] as const;
export type PageClip = (typeof PAGE_CLIPS)[number];

/** The signs of a code, each with a recording of its own. */
export const SIGN_CLIPS = [...'abcdefghijklmnopqrstuvwxyz0123456789'];

/** A code as it is read out: sign by sign, without what only separates. */
export function spelled(code: string): string[] {
  return [...code.toLowerCase()].filter((sign) => SIGN_CLIPS.includes(sign));
}

/** What the guide says of a page. */
export function clipsOf(flow: Flow): readonly string[] {
  switch (flow.step) {
    case 'attract':
    case 'priority':
    case 'identify':
    case 'confirm':
    case 'method':
    case 'issuing':
    case 'failed':
      return [flow.step];
    case 'paying':
      return [clipOfPayment(flow)];
    case 'check_in':
      return [flow.error === null ? 'check-in' : 'not-checked-in'];
    case 'services':
      return [flow.place.search === null ? 'services' : 'search'];
    case 'ticket':
      // The number twice, because it has to be kept.
      return ['ticket', ...spelled(flow.ticket.code), 'ticket', ...spelled(flow.ticket.code)];
    default:
      return flow satisfies never;
  }
}

function clipOfPayment(flow: Paying): PageClip {
  const { view, error } = flow;
  if (isNotPaid(flow)) return view?.owed === undefined ? 'not-paid' : 'pay-owed';
  if (error !== null || view?.state === 'unknown') return 'pay-unknown';
  if (view?.state === 'waiting') return view.cash === undefined ? 'pay-scan' : 'pay-cash';
  if (view?.state === 'finishing') return 'pay-approved';
  return view?.means.method === 'card' ? 'pay-terminal' : 'pay-wait';
}

/** What it says of a ticket's paper; nothing while that is not known. */
export function clipOfPaper(paper: Paper): PageClip | null {
  switch (paper.kind) {
    case 'printing':
      return null;
    case 'printed':
      return 'printed';
    case 'not_printed':
      return 'not-printed';
    case 'unknown':
      return 'ask-printed';
    default:
      return paper satisfies never;
  }
}
