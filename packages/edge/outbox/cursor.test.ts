/** Every case of what the cloud's knowledge means. */
import { describe, expect, it } from 'vitest';
import { type CloudView, type CursorVerdict, judgeCursor, type OwnView } from './cursor.ts';

const own = (over: Partial<OwnView> = {}): OwnView => ({
  head: { seq: 10, hash: 'h10' },
  keptFrom: 1,
  hashAtCloud: undefined,
  ...over,
});
const cloud = (over: Partial<CloudView> = {}): CloudView => ({
  seq: 10,
  hash: 'h10',
  hashAt: 'h10',
  suspended: false,
  ...over,
});

const CASES: readonly [string, CloudView, OwnView, CursorVerdict][] = [
  ['the cloud has everything', cloud(), own({ hashAtCloud: 'h10' }), { kind: 'go_on', acked: 10 }],
  [
    'a reply was lost',
    cloud({ seq: 7, hash: 'h7', hashAt: null }),
    own({ hashAtCloud: 'h7' }),
    { kind: 'go_on', acked: 7 },
  ],
  [
    'the cloud was never told',
    cloud({ seq: 0, hash: 'h0', hashAt: null }),
    own(),
    { kind: 'go_on', acked: 0 },
  ],
  [
    'the cloud was restored and all is kept',
    cloud({ seq: 2, hash: 'h2', hashAt: null }),
    own({ hashAtCloud: 'h2' }),
    { kind: 'go_on', acked: 2 },
  ],
  [
    'the entry at the cloud’s end is just not kept any more',
    cloud({ seq: 4, hash: 'h4', hashAt: null }),
    own({ keptFrom: 5 }),
    { kind: 'go_on', acked: 4 },
  ],
  [
    'the cloud was restored to before what is kept',
    cloud({ seq: 2, hash: 'h2', hashAt: null }),
    own({ keptFrom: 6 }),
    { kind: 'lost_history', after: 2 },
  ],
  [
    'the cloud has more, and the same up to here',
    cloud({ seq: 14, hash: 'h14' }),
    own(),
    { kind: 'old_image' },
  ],
  [
    'the cloud has more, and another history',
    cloud({ seq: 14, hash: 'x14', hashAt: 'x10' }),
    own(),
    { kind: 'fork' },
  ],
  [
    'the same length, another history',
    cloud({ hash: 'x10', hashAt: 'x10' }),
    own({ hashAtCloud: 'h10' }),
    { kind: 'fork' },
  ],
  [
    'another history at the cloud’s end',
    cloud({ seq: 7, hash: 'x7', hashAt: null }),
    own({ hashAtCloud: 'h7' }),
    { kind: 'fork' },
  ],
  ['suspended, whatever the rest', cloud({ suspended: true, hash: 'x' }), own(), { kind: 'suspended' }],
];

describe('the cloud’s end of an origin', () => {
  it.each(CASES)('%s', (_title, theirs, ours, verdict) => {
    expect(judgeCursor(theirs, ours)).toEqual(verdict);
  });
});
