/** A provider of the central bank's API: charges, the list of what came in, and the address that it calls. */
import type { Env, Timers } from '@totem/domain';
import { z } from 'zod';
import type { HttpSend } from '../../http/send.ts';
import type { CallResult } from '../calls.ts';
import type { Provider, ReceivedPayment } from '../provider.ts';
import { createPixPort } from './adapter.ts';
import { createPixApi, type PixConfig } from './api.ts';
import type { ReceivedPix } from './messages.ts';

/** Asked for apart: an account that may charge and not say where it is called goes on charging. */
const WEBHOOK_SCOPES = ['webhook.write', 'webhook.read'];
/** Some providers try the address without a certificate of theirs, and refuse one that answers; what they call is not believed here. */
const WEBHOOK_HEADERS = { 'x-skip-mtls-checking': 'true' };
/** Some answer with what was registered, some with nothing. */
const anyAnswer = z.unknown();

export function createPixProvider(
  config: PixConfig,
  parts: { readonly env: Env; readonly timers: Timers; readonly send: HttpSend },
): Provider {
  const api = createPixApi(config, parts);
  const webhookApi = createPixApi(
    { ...config, scopes: WEBHOOK_SCOPES, headers: { ...config.headers, ...WEBHOOK_HEADERS } },
    parts,
  );
  return {
    port: createPixPort(config, api),
    async received(fromMs, toMs) {
      const listed = await api.received(fromMs, toMs);
      return listed.kind === 'done' ? { kind: 'done', value: listed.value.map(receivedOf) } : listed;
    },
    async callAt(url) {
      const path = `/webhook/${encodeURIComponent(config.key)}`;
      const told = await webhookApi.call('PUT', path, anyAnswer, { body: { webhookUrl: url } });
      return told.kind === 'done' ? done : told;
    },
  };
}

const done: CallResult<undefined> = { kind: 'done', value: undefined };

function receivedOf({ endToEndId, txid, valor, horario, devolucoes = [] }: ReceivedPix): ReceivedPayment {
  const returned = devolucoes.filter(({ status }) => status === 'DEVOLVIDO');
  const atMs = Date.parse(horario ?? '');
  return {
    id: endToEndId,
    externalId: txid ?? null,
    amountCents: valor,
    refundedCents: returned.reduce((sum, one) => sum + one.valor, 0),
    atMs: Number.isNaN(atMs) ? null : atMs,
  };
}
