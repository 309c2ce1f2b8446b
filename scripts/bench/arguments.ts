/** The arguments of `npm run bench -- NAME [--json] [--rounds N]`. */
import { parseArgs } from 'node:util';

export interface BenchArguments {
  /** Undefined: list what there is. */
  readonly name: string | undefined;
  readonly json: boolean;
  /** Undefined: as many as the bench itself wants. */
  readonly rounds: number | undefined;
}

/** @throws TypeError or RangeError with a sentence for the person who typed. */
export function parseBenchArguments(words: readonly string[]): BenchArguments {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, rounds: { type: 'string' } },
  });
  if (positionals.length > 1) throw new RangeError('one bench at a time: two would measure each other');
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(Number.isSafeInteger(rounds) && rounds > 0)) {
    throw new RangeError(`--rounds takes a whole number, not "${values.rounds}"`);
  }
  return { name: positionals[0], json: values.json, rounds };
}
