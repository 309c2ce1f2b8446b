/** `POST /v1/ledger` and `GET /v1/ledger/cursor`: facts from the branches, and where the cloud's knowledge of them ends. */
import { CHAIN_START, idSchema, instantText, type Principal, ProblemError } from '@totem/domain';
import { type CursorAnswer, OUTBOX_HEADER, outboxReportOf, PUSH_BODY_BYTES_MAX } from '@totem/sync/push';
import { Hono, type MiddlewareHandler } from 'hono';
import { z } from 'zod';
import type { Standings } from '../access/standing.ts';
import { readTenant } from '../db/with-tenant.ts';
import { type BodyRule, bodyBytes, boundedBody } from '../http/body.ts';
import type { CloudEnv } from '../http/context.ts';
import type { Carrier } from './attribute.ts';
import { knownHashes, originById } from './origins.ts';
import { type LedgerParts, receiveBatch } from './receive.ts';

/** As it comes, compressed or not; uncompressed it is bounded by the same. */
const PUSH_BODY: BodyRule = {
  type: 'application/json',
  bytesMax: PUSH_BODY_BYTES_MAX,
  encodings: ['gzip'],
  isRaw: true,
};

const cursorQuerySchema = z.object({
  origin: idSchema<'origin'>(),
  seq: z.coerce.number().int().min(0).optional(),
});

export function ledgerRoutes(
  parts: LedgerParts & { readonly standings: Standings },
  authenticate: MiddlewareHandler<CloudEnv>,
): Hono<CloudEnv> {
  return new Hono<CloudEnv>()
    .post('/ledger', authenticate, boundedBody(PUSH_BODY), async (c) => {
      const carrier = carrierOf(c.get('principal'));
      try {
        const report = outboxReportOf(c.req.header(OUTBOX_HEADER));
        return c.json(await receiveBatch(parts, carrier, await bodyBytes(c, PUSH_BODY_BYTES_MAX), report));
      } catch (error) {
        if (error instanceof ProblemError) parts.counts.batch(error.code);
        // A suspension acts on the device's next request, not only when it is remembered no more.
        if (error instanceof ProblemError && error.code === 'ledger_fork') parts.standings.forget(carrier);
        throw error;
      }
    })
    .get('/ledger/cursor', authenticate, async (c) => {
      const carrier = carrierOf(c.get('principal'));
      const { origin, seq } = cursorQuerySchema.parse(c.req.query());
      return c.json(await cursorOf(parts, carrier, origin, seq));
    });
}

/** Totems have a ledger; people and screens have not. */
function carrierOf(principal: Principal): Carrier {
  if (principal.kind !== 'device' || principal.type !== 'totem') throw new ProblemError('forbidden');
  return principal;
}

/** An origin that was never heard of, or is another site's, is at its beginning: the two look the same from outside. */
async function cursorOf(
  { db, env }: LedgerParts,
  carrier: Carrier,
  id: CursorAnswer['origin'],
  seq: number | undefined,
): Promise<CursorAnswer> {
  return readTenant(db, carrier.tenantId, async (tx) => {
    const found = await originById(tx, id);
    const origin = found?.device?.siteId === carrier.siteId ? found : undefined;
    const cursor = origin?.cursor ?? CHAIN_START;
    const hashes =
      origin === undefined || seq === undefined ? undefined : await knownHashes(tx, id, seq, seq);
    return {
      origin: id,
      seq: cursor.seq,
      hash: cursor.hash,
      hashAt: hashes?.get(seq ?? 0) ?? null,
      suspended: origin?.device?.suspended ?? false,
      serverTime: instantText(env.now()),
    };
  });
}
