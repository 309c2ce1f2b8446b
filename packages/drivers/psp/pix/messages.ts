/**
 * The messages of the central bank's API Pix 2.9, as far as a kiosk reads them. Unknown fields and unknown values of closed
 * sets are let through, as the specification demands of clients.
 */
import { z } from 'zod';
import { amountFromText } from '../../payment/amount-text.ts';

/** An amount in cents, from its text. */
const amount = z.string().transform((text, context) => {
  const amountCents = amountFromText(text);
  if (amountCents !== undefined) return amountCents;
  context.addIssue({ code: 'custom', message: 'not an amount' });
  return z.NEVER;
});

export const tokenAnswer = z.looseObject({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive(),
});

const devolution = z.looseObject({
  id: z.string(),
  rtrId: z.string().optional(),
  valor: amount,
  status: z.string(),
  motivo: z.string().optional(),
});
export const devolutionAnswer = devolution;
export type Devolution = z.infer<typeof devolution>;

/** A Pix that came in. Its end-to-end id is taken as it comes: the specification's own samples break its form. */
export const receivedPix = z.looseObject({
  endToEndId: z.string().min(1).max(64),
  txid: z.string().optional(),
  valor: amount,
  horario: z.string().optional(),
  devolucoes: z.array(devolution).optional(),
});
export type ReceivedPix = z.infer<typeof receivedPix>;

export const cobAnswer = z.looseObject({
  txid: z.string(),
  status: z.string(),
  revisao: z.number().optional(),
  calendario: z.looseObject({ criacao: z.string(), expiracao: z.coerce.number() }),
  valor: z.looseObject({ original: amount }),
  location: z.string().optional(),
  loc: z.looseObject({ location: z.string().optional() }).optional(),
  pixCopiaECola: z.string().max(512).optional(),
  pix: z.array(receivedPix).optional(),
});
export type Cob = z.infer<typeof cobAnswer>;

export const receivedPage = z.looseObject({
  parametros: z.looseObject({
    paginacao: z.looseObject({ paginaAtual: z.number(), quantidadeDePaginas: z.number() }),
  }),
  pix: z.array(receivedPix).default([]),
});

/** What a provider calls at our address: a hint, whatever it claims. */
export const webhookBody = z.looseObject({
  pix: z.array(z.looseObject({ txid: z.string().optional() })).max(1_000),
});

export const problemAnswer = z.looseObject({
  type: z.string().optional(),
  title: z.string().optional(),
});
