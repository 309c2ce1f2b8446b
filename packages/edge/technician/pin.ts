/**
 * The PIN of a device for its technicians, checked here with no network: argon2id on the disk, a try counted before it is looked
 * at, five tries and then one in a quarter of an hour. Without a PIN somebody at the device may choose it in the first half hour
 * of a start; a file that only the machine's administrator can make has it forgotten.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Env, type JsonObject, type LedgerAction, ProblemError, type Timers } from '@totem/domain';
import type { Clock } from '../clock/clock.ts';
import type { Device } from '../device.ts';
import { createPinHashes } from '../hub/access/pin-hash.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { readSetting, writeSetting } from '../store/settings.ts';
import type { Store } from '../store/store.ts';

export const PIN_TRIES_MAX = 5;
export const LOCKED_MS = 15 * 60_000;
/** From the start of the agent. */
export const CHOICE_WINDOW_MS = 30 * 60_000;
/** In the device's folder. */
export const FORGET_FILE = 'forget-technician-pin';

export interface TechnicianPins {
  /** `choose`: there is none, and it may be chosen now. `missing`: there is none, and it may not. */
  state(): 'set' | 'choose' | 'missing';
  /** @throws ProblemError `technician_pin_wrong`, `technician_locked`, `technician_pin_missing`, `storage_fault` */
  check(pin: string): Promise<void>;
  /** @param isKnown whoever chooses has come in with the former one. @throws ProblemError `technician_pin_weak`, `forbidden`, `storage_fault` */
  choose(pin: string, isKnown: boolean): Promise<void>;
}

export interface PinParts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly device: Device;
  readonly dataDir: string;
  readonly env: Env;
  readonly timers: Timers;
}

const FRESH = { hash: null, tries: 0, lockedUntilMs: 0 };
const MINUTE_MS = 60_000;

export function createTechnicianPins(parts: PinParts): TechnicianPins {
  const { store, clock, timers, dataDir } = parts;
  const hashes = createPinHashes(parts.env);
  const startedAt = timers.monotonicMs();
  const kept = () => store.read((db) => readSetting(db, 'technician')) ?? FRESH;
  const forgetFile = join(dataDir, FORGET_FILE);
  if (existsSync(forgetFile)) {
    store.write((db) => writeSetting(db, 'technician', FRESH));
    rmSync(forgetFile);
  }
  const state = (): ReturnType<TechnicianPins['state']> => {
    if (kept().hash !== null) return 'set';
    return timers.monotonicMs() - startedAt < CHOICE_WINDOW_MS ? 'choose' : 'missing';
  };
  return {
    state,
    async check(pin) {
      const { hash, tries, lockedUntilMs } = kept();
      if (hash === null) throw new ProblemError('technician_pin_missing');
      const now = clock.env.now();
      if (now < lockedUntilMs) {
        const minutes = Math.ceil((lockedUntilMs - now) / MINUTE_MS);
        throw new ProblemError('technician_locked', { params: { minutes } });
      }
      const counted = tries + 1;
      const until = counted >= PIN_TRIES_MAX ? now + LOCKED_MS : 0;
      // On the disk first: a power cut buys no try.
      store.write((db) => writeSetting(db, 'technician', { hash, tries: counted, lockedUntilMs: until }));
      if (!(await hashes.verify(hash, pin))) {
        record(parts, 'TECHNICIAN_REFUSED', { tries: counted });
        throw new ProblemError('technician_pin_wrong');
      }
      store.write((db) => writeSetting(db, 'technician', { hash, tries: 0, lockedUntilMs: 0 }));
      record(parts, 'TECHNICIAN_ENTERED', {});
    },
    async choose(pin, isKnown) {
      if (!isKnown && state() !== 'choose') throw new ProblemError('forbidden');
      if (!isStrong(pin)) throw new ProblemError('technician_pin_weak');
      const hash = await hashes.hash(pin);
      // Somebody else may have been quicker while it was hashed.
      if (!isKnown && state() !== 'choose') throw new ProblemError('forbidden');
      store.write((db) => writeSetting(db, 'technician', { hash, tries: 0, lockedUntilMs: 0 }));
      record(parts, 'TECHNICIAN_PIN_SET', { renewed: isKnown });
    },
  };
}

/** Six to eight digits that are not all one, and no run up or down. */
export function isStrong(pin: string): boolean {
  if (!/^\d{6,8}$/.test(pin)) return false;
  const digits = [...pin].map(Number);
  const steps = digits.slice(1).map((digit, index) => digit - (digits[index] ?? 0));
  return !steps.every((step) => step === steps[0] && Math.abs(step) <= 1);
}

/** Writes down what was done at this device, in the ledger. */
export function record(
  { ledger, device }: Pick<PinParts, 'ledger' | 'device'>,
  action: Extract<LedgerAction, `TECHNICIAN_${string}`>,
  data: JsonObject,
): void {
  const { siteId, equipmentId } = device;
  ledger.commit(({ append }) =>
    append([{ siteId, userId: null, action, entity: 'equipment', entityId: equipmentId, data }]),
  );
}
