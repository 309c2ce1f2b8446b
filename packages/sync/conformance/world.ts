/**
 * What the suite needs around a shape server: a store that it can write to, an HTTP address, and time that only a test
 * moves. An implementation either brings a store, which is served over plain `node:http`, or a whole world of its own.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Env, Timers } from '@totem/domain';
import type { ChangeLog, ShapeDefinition, TextRow } from '../shape/change-log.ts';
import type { ShapeEvent } from '../shape/events.ts';
import type { ShapeLimits } from '../shape/limits.ts';
import type { RowOperation } from '../shape/memory-log.ts';
import { createShapeServer, type ShapeServer } from '../shape/server.ts';
import { resolveProbe } from './tables.ts';

/** Stored data under test. */
export interface ShapeStore {
  readonly log: ChangeLog;
  /** Commits one transaction and returns the tenant's head. Row values are PostgreSQL's text form. */
  write(tenantId: string, operations: readonly RowOperation[]): Promise<bigint>;
  /**
   * Commits several transactions of which no two touch the same row: all are begun and written in the order given, and then
   * committed in the order of `commits`, by index. A store with one writer at a time writes them in the order of commits.
   */
  overlap(
    tenantId: string,
    transactions: readonly (readonly RowOperation[])[],
    commits: readonly number[],
  ): Promise<bigint>;
  /** What a query of the store's own says about a shape now, with the values of the served columns as texts. */
  rows(shape: ShapeDefinition): Promise<readonly TextRow[]>;
  /** Forgets every change so far, keeping the rows. */
  trim(tenantId: string): Promise<void>;
  bumpEpoch(tenantId: string): Promise<void>;
  close(): Promise<void>;
}

/** A server under test and its data. */
export interface ShapeWorld extends Omit<ShapeStore, 'log'> {
  /** Address of the shape endpoint. */
  readonly url: string;
  /** Replaces the server process: what it kept in memory is lost, requests that it was answering break. */
  restart(): Promise<void>;
}

/** What the suite gives to a world. Clock and timers stand still until a test moves them. */
export interface WorldParts {
  readonly env: Env;
  readonly timers: Timers;
  readonly handleKey: Uint8Array;
  readonly limits: Partial<ShapeLimits>;
  readonly onEvent: (event: ShapeEvent) => void;
}

export type ShapeWorldSetup = (parts: WorldParts) => Promise<ShapeWorld>;

/** A world that serves a store over `node:http` on the loopback interface. */
export function worldOver(openStore: () => Promise<ShapeStore>): ShapeWorldSetup {
  return async (parts) => {
    const { log, ...store } = await openStore();
    let shapes = createShapeServer({ ...parts, log });
    const answering = new Set<ServerResponse>();
    const http = createServer((request, response) => {
      answering.add(response);
      response.on('close', () => answering.delete(response));
      answerOver(shapes, parts.env, request, response).catch((error: Error) => response.destroy(error));
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const { port } = http.address() as AddressInfo;
    return {
      ...store,
      url: `http://127.0.0.1:${port}/v1/shape`,
      restart: async () => {
        shapes = createShapeServer({ ...parts, log });
        for (const response of answering) response.destroy();
      },
      close: async () => {
        http.closeAllConnections();
        await new Promise((resolve) => http.close(resolve));
        await store.close();
      },
    };
  };
}

async function answerOver(
  shapes: ShapeServer,
  env: Env,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const query = new URL(request.url ?? '', 'http://shapes').searchParams;
  const left = new AbortController();
  response.on('close', () => left.abort());
  const { status, headers, body } = await shapes.handle({
    method: request.method ?? 'GET',
    name: 'probe',
    query,
    ifNoneMatch: request.headers['if-none-match'] ?? null,
    resolve: resolveProbe(query, env),
    signal: left.signal,
  });
  response.writeHead(status, headers);
  response.end(body);
}
