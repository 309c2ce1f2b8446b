/**
 * Proofs: tests whose worth lies in how often they ran (random runs, seeds, tickets under load). `npm test` runs a named
 * share of each, never nothing; `npm run proof` runs all of it and writes docs/proof.json from what is recorded here.
 * A proof's name is its identity: each is declared once, as `area/what is proved`.
 */
import { appendFileSync } from 'node:fs';

/** How often a proof runs. `unit` says of what: runs (the default), seeds, tickets, cuts. */
export interface ProofSize {
  /** Under `npm test`. At least 1. */
  readonly share: number;
  /** Under `npm run proof`. At least `share`. */
  readonly full: number;
  readonly unit?: string;
}

/** Measured or counted by a proof; a figure's name ends in its unit (`tickets_count`), except `seconds`, which is its duration. */
export type ProofFigures = Readonly<Record<string, number | string | boolean>>;

/** One line of the record file. */
export type ProofLine =
  | { readonly kind: 'size'; readonly name: string; readonly count: number; readonly unit: string }
  | { readonly kind: 'figures'; readonly name: string; readonly figures: ProofFigures };

/** Of a share, what a suite does that runs once more on another database, which is not what is proved. */
const SAMPLE_OF_SHARE = 10;
const NAME = /^[a-z0-9-]+\/\S.*$/;
const declared = new Set<string>();

/**
 * How many times this run must do it: `size.full` when TOTEM_PROOF is `full`, a tenth of `size.share` when it is `sample`,
 * else `size.share`.
 * Call it once for each proof, where the number is used: `fc.assert(property, { numRuns: proof('domain/codes', …) })`.
 * @throws RangeError when a size is no positive integer or the share exceeds the full figure; Error on a second proof of that name.
 */
export function proof(name: string, { share, full, unit = 'runs' }: ProofSize): number {
  if (!NAME.test(name)) throw new RangeError(`a proof is named area/what, not "${name}"`);
  if (!Number.isSafeInteger(share) || share < 1)
    throw new RangeError(`the share of "${name}" must be at least 1`);
  if (!Number.isSafeInteger(full) || full < share)
    throw new RangeError(`"${name}" must run at least its share in full`);
  if (declared.has(name)) throw new Error(`"${name}" is proved twice: give each its own name`);
  declared.add(name);
  const count = countOf(share, full);
  append({ kind: 'size', name, count, unit });
  return count;
}

function countOf(share: number, full: number): number {
  if (process.env.TOTEM_PROOF === 'full') return full;
  return process.env.TOTEM_PROOF === 'sample' ? Math.ceil(share / SAMPLE_OF_SHARE) : share;
}

/** Adds what the proof found to the record, after it has held. Without a record file it does nothing. */
export function recordProof(name: string, figures: ProofFigures): void {
  if (!declared.has(name)) throw new Error(`figures for "${name}", which proof() has not named in this file`);
  append({ kind: 'figures', name, figures });
}

/** One `write` of one short line with O_APPEND: test files in several processes do not tear each other's lines. */
function append(line: ProofLine): void {
  const file = process.env.TOTEM_PROOF_FILE;
  if (file !== undefined && file !== '') appendFileSync(file, `${JSON.stringify(line)}\n`);
}
