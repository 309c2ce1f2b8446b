/** What the panel tells about the last action when it was refused or failed. */
import type { ErrorCode, ErrorParams } from '@totem/domain';

export interface Notice {
  readonly code: ErrorCode;
  readonly params: ErrorParams;
  /** When it was told, by this screen's clock. */
  readonly atMs: number;
}

/** The params as they are now: seconds to wait count down. Null when the wait is over, so that the notice goes away. */
export function paramsNow(notice: Notice, nowMs: number): ErrorParams | null {
  const { seconds, calls } = notice.params;
  if (typeof seconds !== 'number') return notice.params;
  const left = Math.max(0, Math.ceil(seconds - (nowMs - notice.atMs) / 1_000));
  const isWaitOver = left === 0 && !(typeof calls === 'number' && calls > 0);
  return isWaitOver ? null : { ...notice.params, seconds: left };
}
