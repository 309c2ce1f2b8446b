/**
 * What can go wrong at a door, as one kind of error with a code of the catalogue, so that every screen can say it in the
 * reader's language. Answers of anything that does not speak problem+json (a proxy, a captive portal) get a code too.
 */
import { ERRORS, type ErrorCode, type ErrorParams } from '@totem/domain';

/** A refusal or a fault that came back from a door, or the door that could not be reached (`unreachable`, status 0). */
export class DoorError extends Error {
  readonly code: ErrorCode;
  readonly params: ErrorParams;
  readonly status: number;

  constructor(code: ErrorCode, options: { params?: ErrorParams; status?: number; cause?: unknown } = {}) {
    super(ERRORS[code].text.en, { cause: options.cause });
    this.name = 'DoorError';
    this.code = code;
    this.params = options.params ?? {};
    this.status = options.status ?? ERRORS[code].status;
  }
}

/** The error for an answer: from its problem document (RFC 9457) when it has one, else from its status. */
export function doorErrorFrom(status: number, body: unknown): DoorError {
  const problem = typeof body === 'object' && body !== null ? body : {};
  const code = 'code' in problem ? problem.code : undefined;
  const known = typeof code === 'string' && isErrorCode(code) ? code : codeOfStatus(status);
  const params = 'params' in problem ? paramsOf(problem.params) : {};
  return new DoorError(known, { params, status });
}

/** The error for anything that was thrown. */
export function asDoorError(thrown: unknown): DoorError {
  if (thrown instanceof DoorError) return thrown;
  return new DoorError('internal_error', { cause: thrown });
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}

function codeOfStatus(status: number): ErrorCode {
  switch (status) {
    case 400:
      return 'invalid_request';
    case 401:
      return 'unauthorized';
    case 403:
      return 'forbidden';
    case 404:
      return 'not_found';
    case 413:
      return 'body_too_large';
    case 429:
      return 'too_many_requests';
    default:
      // A gateway between this screen and its server answers for a server that it cannot reach.
      return status === 502 || status === 503 || status === 504 ? 'unreachable' : 'internal_error';
  }
}

function paramsOf(raw: unknown): ErrorParams {
  if (typeof raw !== 'object' || raw === null) return {};
  const entries = Object.entries(raw).filter(
    (entry): entry is [string, string | number] =>
      typeof entry[1] === 'string' || typeof entry[1] === 'number',
  );
  return Object.fromEntries(entries);
}
