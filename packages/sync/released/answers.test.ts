/** Clouds of releases before, as they answered, against this release's totem: it reads them, and what a later cloud adds is nothing to it. */
import { describe, expect, it } from 'vitest';
import { cursorAnswerSchema, gapSchema, ledgerBatchSchema, pushAnswerSchema } from '../push/index.ts';
import first from './0.1.0.json' with { type: 'json' };

describe.each([first])('a cloud of release $release', ({ requests, answers }) => {
  const ofALaterCloud = { ofALaterCloud: { more: true } };

  it('is read by this release, and so is one that says more', () => {
    for (const [schema, answer] of [
      [pushAnswerSchema, answers.push],
      [cursorAnswerSchema, answers.cursor],
      [gapSchema, answers.gap],
    ] as const) {
      expect(schema.parse(answer)).toEqual(answer);
      expect(schema.safeParse({ ...answer, ...ofALaterCloud }).success).toBe(true);
    }
  });

  it('was sent what this release still reads', () => {
    expect(ledgerBatchSchema.safeParse(requests.push).success).toBe(true);
  });
});
