/** Where payment service providers call. Nothing that is called here proves anything: it is a reason to ask. */
import { z } from 'zod';
import { route } from '../route.ts';

const hint = {
  tag: 'Payments',
  method: 'POST',
  access: 'anyone',
  once: false,
  params: z.object({ capability: z.string().regex(/^[A-Za-z0-9_-]{64}$/) }),
  body: z
    .looseObject({ pix: z.array(z.looseObject({ txid: z.string().max(64).optional() })).max(1_000) })
    .meta({ id: 'PixHint' }),
  answer: { status: 200, schema: z.object({}) },
  errors: ['not_found', 'too_many_requests'],
} as const;

export const pspHintRoutes = {
  hintPix: route({
    ...hint,
    path: '/v1/psp/pix/{capability}',
    summary: 'A Pix may have come in: the cloud asks the provider',
  }),
  hintPixAppended: route({
    ...hint,
    path: '/v1/psp/pix/{capability}/pix',
    summary: 'The same, as providers call it that add `/pix` to the address they are given',
  }),
} as const;
