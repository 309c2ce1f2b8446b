/**
 * The printer of this totem: the one that it was started with, or the one that a technician has chosen here since. It may be
 * changed while the totem works; a job that runs meanwhile ends as unknown.
 */
import { ProblemError, type Timers } from '@totem/domain';
import {
  createPrinter,
  type PrinterPort,
  type PrinterProfile,
  parsePrinterWay,
  printerWayText,
  profileById,
} from '@totem/drivers/printer';
import { readSetting, writeSetting } from '../store/settings.ts';
import type { Store } from '../store/store.ts';

/** A printer, and how it is spoken to. */
export interface Printer {
  readonly port: PrinterPort;
  readonly profile: PrinterProfile;
}

/** As a technician says it, and as it is kept. */
export interface PrinterChoice {
  readonly way: string;
  readonly profileId: string;
}

export interface TotemPrinter {
  /** Null when there is none. */
  current(): Printer | null;
  /** What was chosen here; null while it is what the totem was started with. */
  choice(): PrinterChoice | null;
  /** Takes another one from now on, also after the next start. @throws ProblemError `printer_unknown`, `storage_fault` */
  choose(choice: PrinterChoice): void;
  /** Calls back when another one was taken. @returns stops it. */
  onChange(listener: () => void): () => void;
  /** Closes what was chosen here; what was given is its giver's to close. */
  close(): Promise<void>;
}

export function createTotemPrinter(parts: {
  readonly store: Store;
  readonly timers: Timers;
  readonly given: Printer | null;
}): TotemPrinter {
  const { store, timers, given } = parts;
  const listeners = new Set<() => void>();
  const closing: Promise<void>[] = [];
  const made = (choice: PrinterChoice | null): Printer | null => {
    const way = choice === null ? null : parsePrinterWay(choice.way);
    const profile = choice === null ? undefined : profileById(choice.profileId);
    return way === null || profile === undefined
      ? null
      : { port: createPrinter(way, profile, timers), profile };
  };
  let choice = store.read((db) => readSetting(db, 'printer')) ?? null;
  /** A choice that no longer means anything is as if there were none. */
  let chosen = made(choice);

  return {
    current: () => chosen ?? given,
    choice: () => (chosen === null ? null : choice),
    choose(wanted) {
      const way = parsePrinterWay(wanted.way);
      if (way === null || profileById(wanted.profileId) === undefined)
        throw new ProblemError('printer_unknown');
      const next = { way: printerWayText(way), profileId: wanted.profileId };
      store.write((db) => writeSetting(db, 'printer', next));
      if (chosen !== null) closing.push(chosen.port.close());
      choice = next;
      chosen = made(next);
      for (const listener of [...listeners]) listener();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      if (chosen !== null) closing.push(chosen.port.close());
      await Promise.all(closing);
    },
  };
}
