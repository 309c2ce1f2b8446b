/** An order book in memory that keeps every rule of a durable one; what is in it outlives the port that wrote it. */
import type { Env } from '@totem/domain';
import type { KnownOrder, KnownRefund, OrderBook } from '../order-book.ts';

export interface MemoryOrderBook extends OrderBook {
  readonly orders: ReadonlyMap<string, KnownOrder>;
}

export function memoryOrderBook(env: Env): MemoryOrderBook {
  const orders = new Map<string, KnownOrder>();
  const refunds = new Map<string, KnownRefund>();
  return {
    orders,
    async begin(externalId) {
      const known = orders.get(externalId) ?? { askedAtMs: env.now(), orderId: null };
      orders.set(externalId, known);
      return known;
    },
    read: async (externalId) => orders.get(externalId),
    async name(externalId, orderId) {
      const known = orders.get(externalId);
      if (known === undefined) throw new Error('an order is named that was never begun');
      orders.set(externalId, { ...known, orderId });
    },
    notPlaced: async (externalId) => void orders.delete(externalId),
    span: async (fromMs, toMs) =>
      [...orders]
        .filter(([, { askedAtMs }]) => askedAtMs >= fromMs && askedAtMs < toMs)
        .flatMap(([externalId, { orderId }]) => (orderId === null ? [] : [{ externalId, orderId }])),
    async beginRefund(refundId, refundedBeforeCents) {
      const known = refunds.get(refundId) ?? { askedAtMs: env.now(), refundedBeforeCents };
      refunds.set(refundId, known);
      return known;
    },
    readRefund: async (refundId) => refunds.get(refundId),
  };
}
