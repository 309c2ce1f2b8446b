/** What pages read: one answer, one page of a list after the other, or a whole list; and what becomes stale by a change. */

import {
  keepPreviousData,
  QueryCache,
  QueryClient,
  type UseQueryResult,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { AnswerOf, CallOf, Route } from '@totem/api';
import type { DoorError } from '@totem/ui';
import { useCallback, useState } from 'react';
import { useApi } from './api.ts';

/** How long what was read counts as fresh: going back to a page shows it at once. */
const FRESH_MS = 5_000;
/** Tries again by itself when nobody answered; every word of the server is final. */
const SILENT_TRIES_MAX = 2;
const ALL_PAGE_ROWS = 200;
/** Pages of a whole list, at most: beyond that a list is searched. */
const ALL_PAGES_MAX = 25;

/** @param onError is told of every failed reading. */
export function createQueryClient(onError: (error: unknown) => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        retry: (failures, error) =>
          (error as unknown as DoorError).code === 'unreachable' && failures < SILENT_TRIES_MAX,
      },
      mutations: { retry: false },
    },
  });
}

export interface ReadOptions {
  /** Reads again and again, so often. */
  readonly everyMs?: number;
  readonly enabled?: boolean;
  /** Of the path, for a list that belongs to something. */
  readonly params?: Readonly<Record<string, string>>;
}

/** The answer of a route, as of now. */
export function useRead<R extends Route>(
  route: R,
  call: CallOf<R>,
  { everyMs, enabled = true }: ReadOptions = {},
): UseQueryResult<AnswerOf<R>, DoorError> {
  const api = useApi();
  return useQuery<AnswerOf<R>, DoorError>({
    queryKey: [route.path, call.params ?? null, call.query ?? null],
    queryFn: () => api.call(route, call),
    enabled,
    ...(everyMs === undefined ? {} : { refetchInterval: everyMs }),
  });
}

/** One page of a list, with the way to the others. */
export interface Pages<T> {
  readonly rows: readonly T[];
  readonly isLoading: boolean;
  readonly isFetching: boolean;
  readonly error: DoorError | null;
  /** Which page it is, from 1. */
  readonly page: number;
  readonly hasNext: boolean;
  next(): void;
  previous(): void;
  refetch(): void;
}

type ItemOf<R> = AnswerOf<R> extends { items: readonly (infer T)[] } ? T : never;

/** A list, page by page. Another query begins at its first page. */
export function usePages<R extends Route>(
  route: R,
  query: Readonly<Record<string, string | boolean | number | undefined>>,
  { everyMs }: ReadOptions = {},
): Pages<ItemOf<R>> {
  const asked = JSON.stringify(query);
  const [place, setPlace] = useState<{ readonly asked: string; readonly cursors: readonly string[] }>({
    asked,
    cursors: [],
  });
  const cursors = place.asked === asked ? place.cursors : [];
  const cursor = cursors.at(-1);
  const api = useApi();
  const read = useQuery<{ items: ItemOf<R>[]; next: string | null }, DoorError>({
    queryKey: [route.path, 'page', query, cursor ?? null],
    queryFn: async () =>
      (await api.call(route, { query: { ...query, cursor } } as never)) as {
        items: ItemOf<R>[];
        next: string | null;
      },
    placeholderData: keepPreviousData,
    ...(everyMs === undefined ? {} : { refetchInterval: everyMs }),
  });
  const next = read.data?.next ?? null;
  return {
    rows: read.data?.items ?? [],
    isLoading: read.isPending,
    isFetching: read.isFetching,
    error: read.error,
    page: cursors.length + 1,
    hasNext: next !== null,
    next: () => next !== null && setPlace({ asked, cursors: [...cursors, next] }),
    previous: () => setPlace({ asked, cursors: cursors.slice(0, -1) }),
    refetch: () => void read.refetch(),
  };
}

/** A whole list, for choices and names. */
export function useAll<R extends Route>(
  route: R,
  query: Readonly<Record<string, string | boolean>> = {},
  { enabled = true, params }: ReadOptions = {},
): UseQueryResult<readonly ItemOf<R>[], DoorError> {
  const api = useApi();
  return useQuery<readonly ItemOf<R>[], DoorError>({
    queryKey: [route.path, 'all', params ?? null, query],
    enabled,
    queryFn: async () => {
      const rows: ItemOf<R>[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < ALL_PAGES_MAX; page += 1) {
        const answer = (await api.call(route, {
          ...(params === undefined ? {} : { params }),
          query: { ...query, limit: ALL_PAGE_ROWS, cursor },
        } as never)) as { items: ItemOf<R>[]; next: string | null };
        rows.push(...answer.items);
        if (answer.next === null) break;
        cursor = answer.next;
      }
      return rows;
    },
  });
}

/** Forgets what was read below these paths of the API, so that it is read again where it is shown. */
export function useStale(): (...paths: readonly string[]) => Promise<void> {
  const client = useQueryClient();
  return useCallback(
    (...paths) =>
      client.invalidateQueries({
        predicate: ({ queryKey: [path] }) => paths.some((one) => String(path).startsWith(one)),
      }),
    [client],
  );
}
