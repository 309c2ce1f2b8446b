/** A refusal counts down by itself and goes away when it no longer holds. */
import { describe, expect, it } from 'vitest';
import { paramsNow } from './notice.ts';

describe('a notice', () => {
  it('counts its seconds down and ends with them', () => {
    const notice = { code: 'recall_too_soon', params: { seconds: 3 }, atMs: 1_000 } as const;
    expect(paramsNow(notice, 1_000)).toEqual({ seconds: 3 });
    expect(paramsNow(notice, 2_500)).toEqual({ seconds: 2 });
    expect(paramsNow(notice, 4_000)).toBeNull();
  });

  it('stays while calls are missing, whatever the seconds', () => {
    const notice = { code: 'no_show_too_soon', params: { calls: 1, seconds: 2 }, atMs: 0 } as const;
    expect(paramsNow(notice, 60_000)).toEqual({ calls: 1, seconds: 0 });
  });

  it('without seconds stays until it is put away', () => {
    const notice = { code: 'operator_busy', params: { code: 'A001' }, atMs: 0 } as const;
    expect(paramsNow(notice, 1e9)).toEqual({ code: 'A001' });
  });
});
