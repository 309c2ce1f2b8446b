/**
 * Errors are of three kinds. A *refusal* is a value: the rules say no. A *fault* is thrown: the world failed, and `retry`
 * says what may be done about it. A *bug* is any other exception.
 */
import { ERRORS, type ErrorCode } from './catalogue.ts';

/** What the text of an error names, for instance `{seconds: 3}`. */
export type ErrorParams = Readonly<Record<string, string | number>>;

/** The rules say no. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly params?: ErrorParams;
}

/** Builds a refusal. */
export function refusal(code: ErrorCode, params?: ErrorParams): Refusal {
  return params === undefined ? { code } : { code, params };
}

/** Whether repeating the operation is safe, must first be reconciled, or makes no sense. */
export type Retry = 'safe' | 'unknown' | 'never';

/** A refusal or a fault of the world, on its way to whoever asked. */
export class ProblemError extends Error {
  readonly code: ErrorCode;
  readonly params: ErrorParams;
  readonly retry: Retry;
  /** Seconds, for `Retry-After`. */
  readonly retryAfter: number | undefined;
  /** Further members of the problem document, for machines. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    options: {
      params?: ErrorParams;
      retry?: Retry;
      retryAfter?: number;
      extra?: Readonly<Record<string, unknown>>;
      cause?: unknown;
    } = {},
  ) {
    super(ERRORS[code].text.en, { cause: options.cause });
    this.name = 'ProblemError';
    this.code = code;
    this.params = options.params ?? {};
    this.retry = options.retry ?? (ERRORS[code].status >= 500 ? 'safe' : 'never');
    this.retryAfter = options.retryAfter;
    this.extra = options.extra ?? {};
  }
}

/** The body of a problem document (RFC 9457). `type` is a URN, since no page is promised behind it. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly params?: ErrorParams;
  readonly [member: string]: unknown;
}
