/**
 * Turns the lines that proofs wrote while they ran (packages/testkit/proof.ts) into the list in docs/proof.json, and
 * refuses a record that is not one: a name declared by two files, figures of a proof that never said its size.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const FIGURES = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));
const LINE = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('size'), name: z.string(), count: z.int().positive(), unit: z.string() }),
  z.object({ kind: z.literal('figures'), name: z.string(), figures: FIGURES }),
]);
type Line = z.infer<typeof LINE>;

export interface Proof {
  readonly name: string;
  readonly count: number;
  readonly unit: string;
  readonly figures: Readonly<Record<string, number | string | boolean>>;
  readonly seconds?: number;
}

/** The proofs of a record file, by name. A figure called `seconds` is the proof's duration. @throws Error on a record that contradicts itself. */
export function readProofs(text: string): Proof[] {
  const lines: Line[] = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => LINE.parse(JSON.parse(line)));
  const proofs = new Map<string, Proof>();
  for (const line of lines) {
    if (line.kind !== 'size') continue;
    if (proofs.has(line.name)) throw new Error(`two files prove "${line.name}": give each its own name`);
    proofs.set(line.name, { name: line.name, count: line.count, unit: line.unit, figures: {} });
  }
  for (const line of lines) {
    if (line.kind !== 'figures') continue;
    const proof = proofs.get(line.name);
    if (proof === undefined) throw new Error(`figures for "${line.name}", which never said its size`);
    proofs.set(line.name, withFigures(proof, line.figures));
  }
  return [...proofs.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** An empty record for the run that begins. Its path goes to the tests as TOTEM_PROOF_FILE. */
export function startRecord(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  return path;
}

/** What a run proved, or what is wrong with its record: a fault there is no reason to lose the rest of the result. */
export function endRecord(path: string): {
  readonly proofs: readonly Proof[];
  readonly trouble: string | undefined;
} {
  try {
    return { proofs: readProofs(readFileSync(path, 'utf8')), trouble: undefined };
  } catch (error) {
    return { proofs: [], trouble: `the record of proofs: ${error instanceof Error ? error.message : error}` };
  }
}

function withFigures(proof: Proof, added: Proof['figures']): Proof {
  const { seconds, ...rest } = added;
  const figures = { ...proof.figures, ...rest };
  return typeof seconds === 'number' ? { ...proof, figures, seconds } : { ...proof, figures };
}
