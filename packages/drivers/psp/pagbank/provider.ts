/**
 * PagBank as a provider. It has no list of what came in: each order of the span is asked for, so that what it believes is
 * compared all the same, and only money that no order of ours is about stays out of sight. Where it is to call, each order says.
 */
import type { Env, Timers } from '@totem/domain';
import type { HttpSend } from '../../http/send.ts';
import type { Provider, ReceivedPayment } from '../provider.ts';
import { createPagBankPort, paidCentsOf, refundedCentsOf } from './adapter.ts';
import { createPagBankApi, type PagBankConfig } from './api.ts';
import { type Order, orderAnswer } from './messages.ts';
import type { OrderBook } from './order-book.ts';

export function createPagBankProvider(
  config: PagBankConfig,
  parts: {
    readonly env: Env;
    readonly timers: Timers;
    readonly send: HttpSend;
    readonly book: OrderBook;
  },
): Provider {
  const { env, book } = parts;
  const api = createPagBankApi(config, parts);
  return {
    port: createPagBankPort(config, { api, book, env }),
    async received(fromMs, toMs) {
      const all: ReceivedPayment[] = [];
      for (const { externalId, orderId } of await book.span(fromMs, toMs)) {
        const order = await api.call('GET', `/orders/${orderId}`, orderAnswer);
        if (order.kind !== 'done') return order;
        all.push(...receivedOf(order.value, externalId));
      }
      return { kind: 'done', value: all };
    },
    callAt: async () => ({ kind: 'done', value: undefined }),
  };
}

function receivedOf({ charges }: Order, externalId: string): ReceivedPayment[] {
  return charges
    .filter((charge) => paidCentsOf(charge) > 0)
    .map((charge) => {
      const atMs = Date.parse(charge.paid_at ?? '');
      return {
        id: charge.id,
        externalId,
        amountCents: paidCentsOf(charge),
        refundedCents: refundedCentsOf(charge),
        atMs: Number.isNaN(atMs) ? null : atMs,
      };
    });
}
