/**
 * A route as data: what may be asked at one address, by whom, and what is answered. The cloud mounts it, the OpenAPI document,
 * the typed client and the tests of access are made from it, so none of them can disagree.
 */
import type { ErrorCode, Permission } from '@totem/domain';
import type { z } from 'zod';

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof METHODS)[number];

/** `anyone` needs no token; `signed_in` any token that holds; else the permission. */
export type Access = Permission | 'anyone' | 'signed_in';

/** Chapters of the document, in its order. */
export const TAGS = [
  'Access',
  'Platform',
  'Tenant',
  'Configuration',
  'People',
  'Devices',
  'Queue',
  'Payments',
  'Record',
  'Privacy',
  'Reports',
] as const;
export type Tag = (typeof TAGS)[number];

/** The answer when all went well. Without a schema there is no body. */
export interface AnswerSpec<A extends z.ZodType = z.ZodType> {
  readonly status: 200 | 201 | 204;
  readonly schema?: A;
  /** Of a body that is not JSON. */
  readonly contentType?: string;
}

export interface Route<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  A extends z.ZodType = z.ZodType,
> {
  readonly method: Method;
  /** With parameters as `{id}`. */
  readonly path: `/v1/${string}`;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** A body that is a file of one of these types, in place of JSON. */
  readonly upload?: { readonly types: readonly string[]; readonly bytesMax: number };
  /** Whether its own rules clean texts of what no database can hold; such a text is refused at the door otherwise. */
  readonly cleansText?: boolean;
  readonly answer: AnswerSpec<A>;
  /** The answer names its version as `ETag`; a write that changes what is there must name it in `If-Match` (RFC 9110, 13.1.1). */
  readonly versioned?: boolean;
  /**
   * Whether a write must carry an `Idempotency-Key`: a repetition gets the first answer and has no second effect. Every
   * write but those that have another way to be repeated.
   */
  readonly once?: boolean;
  /** Whether an admin who must set up a second factor first may do it all the same. */
  readonly beforeSecondFactor?: boolean;
  /** Refusals of its own, besides those that any route may give. */
  readonly errors?: readonly ErrorCode[];
}

/** Declares a route, with its types. Writes carry an idempotency key unless the route says otherwise. */
export function route<
  P extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
  A extends z.ZodType = z.ZodUndefined,
>(spec: Route<P, Q, B, A>): Route<P, Q, B, A> {
  return { once: spec.method !== 'GET', ...spec };
}

export type ParamsOf<R> = R extends Route<infer P, infer _Q, infer _B, infer _A> ? z.output<P> : never;
export type QueryOf<R> = R extends Route<infer _P, infer Q, infer _B, infer _A> ? z.output<Q> : never;
export type BodyOf<R> = R extends Route<infer _P, infer _Q, infer B, infer _A> ? z.output<B> : never;
export type AnswerOf<R> = R extends Route<infer _P, infer _Q, infer _B, infer A> ? z.output<A> : never;
/** What a caller gives, before defaults. */
export type ParamsInput<R> = R extends Route<infer P, infer _Q, infer _B, infer _A> ? z.input<P> : never;
export type QueryInput<R> = R extends Route<infer _P, infer Q, infer _B, infer _A> ? z.input<Q> : never;
export type BodyInput<R> = R extends Route<infer _P, infer _Q, infer B, infer _A> ? z.input<B> : never;
