/** What a totem can be paid with, as it is configured: each a name for the screen and the adapter behind it. */
import type { Env, Timers } from '@totem/domain';
import { type CashBook, type CashMachine, type CashWay, createCashPortAt } from '@totem/drivers/cash';
import type { PaymentPort } from '@totem/drivers/payment';
import {
  type AutoTefConfig,
  createAutoTefPort,
  createTefPort,
  type TefProfile,
} from '@totem/drivers/terminal';
import type { CloudLink } from '../link/cloud-link.ts';
import { createCloudChargePort } from './cloud-charges.ts';

/** What adapters are opened with. */
export interface MeansWorld {
  readonly env: Env;
  readonly timers: Timers;
  readonly link: CloudLink;
  /** The ticket that an attempt is for. */
  readonly ticketOf: (attemptId: string) => string | undefined;
  /** What was put in here, in notes and coins. */
  readonly cashBook: CashBook;
}

export interface MeansOptions {
  /** Names it on the screen, and the terminal whose lock it is on the disk. */
  readonly id: string;
  readonly open: (world: MeansWorld) => PaymentPort;
}

/** Cards, by a payment manager that speaks by files. */
export function cardByTef(profile: TefProfile): MeansOptions {
  return { id: 'card', open: (world) => createTefPort(profile, world) };
}

/** Cards, by Stone's service on this machine. */
export function cardByAutoTef(config: AutoTefConfig): MeansOptions {
  return { id: 'card', open: (world) => createAutoTefPort(config, world) };
}

/** Notes and coins, by ccTalk. */
export function cashByCcTalk(way: CashWay, machine: CashMachine): MeansOptions {
  return {
    id: 'cash',
    open: ({ timers, cashBook: book }) => createCashPortAt(way, { machine, book, timers }),
  };
}

/** Pix, which the cloud asks its provider for: no credentials are on a totem. */
export function pixByCloud(): MeansOptions {
  return { id: 'pix', open: createCloudChargePort };
}
