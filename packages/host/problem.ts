/** Errors on the wire: problem documents (RFC 9457) in the reader's language, and nothing of the inside in them. */
import {
  ERRORS,
  type ErrorCode,
  errorText,
  type Locale,
  localeFor,
  type ProblemDocument,
  ProblemError,
} from '@totem/domain';
import type { Context, ErrorHandler, NotFoundHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { ZodError } from 'zod';
import type { Log } from './log.ts';
import { currentRequest } from './request-mark.ts';

export const PROBLEM_TYPE = 'application/problem+json';
/** Fields that an `invalid_request` names, at most. */
const FIELD_ERRORS_MAX = 20;
/** A field's name may be the caller's own invention. */
const FIELD_ERROR_CHARS_MAX = 200;

export interface Problem {
  readonly status: number;
  readonly document: ProblemDocument;
  readonly headers: Readonly<Record<string, string>>;
}

/** The language that a request asks for, by `Accept-Language`; its first known one. */
export function requestLocale(c: Context): Locale {
  const first = c.req.header('accept-language')?.split(',')[0]?.split(';')[0]?.trim();
  return localeFor(first);
}

/** The problem document of anything that was thrown. What is no `ProblemError` is a bug and says only `internal_error`. */
export function problemOf(error: unknown, locale: Locale): Problem {
  const problem = asProblemError(error);
  const { status } = ERRORS[problem.code];
  const request = currentRequest();
  if (request !== undefined) request.code = problem.code;
  return {
    status,
    document: {
      type: `urn:totem:error:${problem.code}`,
      title: errorText(problem.code, 'en', problem.params),
      status,
      code: problem.code,
      detail: errorText(problem.code, locale, problem.params),
      params: problem.params,
      ...problem.extra,
      ...(request === undefined ? {} : { requestId: request.id }),
    },
    headers: {
      'content-type': PROBLEM_TYPE,
      'content-language': locale,
      'cache-control': 'no-store',
      ...(problem.retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(problem.retryAfter)) }),
    },
  };
}

function asProblemError(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof ZodError) {
    const errors = error.issues.slice(0, FIELD_ERRORS_MAX).map((issue) => ({
      field: shortened(issue.path.map(String).join('.')),
      message: shortened(issue.message),
    }));
    return new ProblemError('invalid_request', { extra: { errors }, cause: error });
  }
  if (isClientGone(error)) return new ProblemError('invalid_request', { cause: error });
  if (error instanceof SyntaxError) return new ProblemError('invalid_request', { cause: error });
  if (error instanceof HTTPException) {
    if (error.status === 413) return new ProblemError('body_too_large', { cause: error });
    if (error.status < 500) return new ProblemError('invalid_request', { cause: error });
  }
  return new ProblemError('internal_error', { cause: error });
}

/** What reading a body ends with when its sender leaves: nobody's failure, and nobody is there to be told. */
function isClientGone(error: unknown): boolean {
  return (
    error instanceof Error && error.message === 'aborted' && 'code' in error && error.code === 'ECONNRESET'
  );
}

function shortened(text: string): string {
  return text.length <= FIELD_ERROR_CHARS_MAX ? text : `${text.slice(0, FIELD_ERROR_CHARS_MAX)}…`;
}

/**
 * The error handler of every Hono app: answers with the problem and logs what is a bug with its cause.
 * @param beside members that a protocol of its own wants in the document, by the problem's code.
 */
export function onProblem(log: Log, beside: (code: ErrorCode) => object = () => ({})): ErrorHandler {
  return (error, c) => {
    const problem = problemOf(error, requestLocale(c));
    if (problem.status >= 500)
      log.error({ err: error, route: currentRequest()?.route, method: c.req.method }, 'request failed');
    const document = { ...beside(problem.document.code), ...problem.document };
    return c.body(JSON.stringify(document), problem.status as 500, problem.headers);
  };
}

/** The answer to an unknown path. */
export const onNotFound: NotFoundHandler = (c) => {
  const problem = problemOf(new ProblemError('not_found'), requestLocale(c));
  return c.body(JSON.stringify(problem.document), problem.status as 404, problem.headers);
};
