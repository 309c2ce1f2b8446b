/** What a server tells whoever counts its requests. */
import type { ErrorCode } from '@totem/domain';

/** A request that has been answered, or whose client has gone. */
export interface EndedRequest {
  readonly method: string;
  /** The pattern of the path that answered. */
  readonly route: string;
  readonly status: number;
  /** The refusal or fault that was answered. */
  readonly code: ErrorCode | undefined;
  readonly durationMs: number;
  /** The answer waited for something to happen. */
  readonly isHeld: boolean;
  /** The client left before it had the whole answer. */
  readonly isAborted: boolean;
}

/** Why a connection ended before there was a request. */
export type SocketRefusal =
  | 'too_many_connections'
  | 'headers_too_large'
  | 'chunks_too_large'
  | 'too_slow'
  | 'malformed'
  | 'gone';

export interface HttpWatch {
  began(): void;
  ended(request: EndedRequest): void;
  refused(reason: SocketRefusal): void;
}
