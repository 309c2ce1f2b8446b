/** What is sent to webhooks, for the document: each event with its data, its headers, and the answers that are understood. */
import { EVENT_DATA, EVENT_SUMMARIES, EVENTS, type EventName } from '@totem/api';
import { z } from 'zod';

const HEADERS = z.object({
  'webhook-id': z.string().describe('Of the event: the same over all attempts and replays.'),
  'webhook-timestamp': z.string().describe('Of this attempt, in seconds since 1970.'),
  'webhook-signature': z.string().describe('One or two of `v1,` and a signature, with a space between them.'),
});

const ANSWERS = {
  200: { description: 'Accepted; so is any other 2xx.' },
  410: { description: 'The receiver is gone: the webhook is disabled.' },
  429: { description: 'Too many: nothing is sent until `Retry-After` is over; so are 502, 503 and 504.' },
} as const;

export const EVENT_WEBHOOKS = EVENTS.map((name: EventName) => ({
  method: 'post' as const,
  path: name,
  tags: ['Events'],
  summary: EVENT_SUMMARIES[name],
  request: {
    headers: HEADERS,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.object({
            type: z.literal(name),
            timestamp: z.iso.datetime().describe('When it happened.'),
            data: EVENT_DATA[name],
          }),
        },
      },
    },
  },
  responses: ANSWERS,
}));
