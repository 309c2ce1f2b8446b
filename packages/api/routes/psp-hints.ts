/** Where payment service providers call. Nothing that is called here proves anything: it is a reason to ask. */
import { z } from 'zod';
import { route } from '../route.ts';

const shared = {
  tag: 'Payments',
  method: 'POST',
  access: 'anyone',
  once: false,
  params: z.object({ capability: z.string().regex(/^[A-Za-z0-9_-]{64}$/) }),
  answer: { status: 200, schema: z.object({}) },
} as const;

const hint = {
  ...shared,
  body: z
    .looseObject({ pix: z.array(z.looseObject({ txid: z.string().max(64).optional() })).max(1_000) })
    .meta({ id: 'PixHint' }),
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
  hintOrder: route({
    ...shared,
    path: '/v1/psp/pagbank/{capability}',
    summary: 'Something may have happened to an order at PagBank: the cloud asks for it',
    description:
      'A call whose `x-authenticity-token` is wrong is refused; one without it is heard, and not believed either.',
    body: z.looseObject({ reference_id: z.string().max(64).optional() }).meta({ id: 'OrderHint' }),
    errors: ['not_found', 'too_many_requests'],
  }),
} as const;
