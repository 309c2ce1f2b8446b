/**
 * What the parts of the cloud tell whoever counts. They say what happened in their own words and know nothing of metrics; what
 * they may say is a number or a word of a closed set, so that nothing of a tenant can become a label.
 */
import type { Command, ErrorCode } from '@totem/domain';
import type { ShapeEvent } from '@totem/sync';

/** What became of the entries of one batch. */
export interface CountedEntries {
  readonly applied: number;
  readonly refused: number;
  readonly parked: number;
  readonly conflicts: number;
  /** From the newest entry's own time to its receipt; undefined where its clock is not to be believed. */
  readonly delaySeconds: number | undefined;
}

export interface Counts {
  /** A command was answered. */
  command(type: Command['type'], outcome: 'done' | ErrorCode): void;
  /** A batch was answered; `repeated` when nothing in it was new. */
  batch(outcome: 'acknowledged' | 'repeated' | ErrorCode): void;
  entries(entries: CountedEntries): void;
  /** The change log was read once for all who follow it. */
  changesRead(isDone: boolean, seconds: number): void;
  shape(event: ShapeEvent): void;
  /** An attempt to tell a receiver something has ended. */
  delivery(kind: 'webhook' | 'notification', outcome: string, seconds: number): void;
  /** How long the waiting run of a shared job has been due. */
  jobOverdue(name: string, seconds: number): void;
  job(name: string, isDone: boolean, seconds: number): void;
}
