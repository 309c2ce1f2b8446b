/** What no well-meaning client sends to a write door, each with the code of the catalogue that it must be answered with. */
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { CUSTOMER_NAME_LENGTH_MAX, type ErrorCode, type ErrorParams, type Locale } from '@totem/domain';

/** A write door and what is known behind it. */
export interface Door {
  readonly url: string;
  readonly token: string;
  /** A service that is open, and one that is closed. */
  readonly openService: string;
  readonly closedService: string;
  readonly priorityClass: string;
}

export interface Sent {
  readonly body: string;
  /** Instead of the door's own. */
  readonly token?: string;
  readonly host?: string;
}

export interface BadInput {
  readonly fact: string;
  readonly code: ErrorCode;
  readonly params?: ErrorParams;
  sent(door: Door): Sent;
}

export interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly language: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

const LETTERS_MANY = 10_000;
const BODY_HUGE_BYTES = 200_000;

/** A `ticket.create` that would be done, with some of it other than it should be. */
export function createTicket(door: Door, other: object = {}): string {
  return JSON.stringify({
    type: 'ticket.create',
    id: randomUUID(),
    serviceId: door.openService,
    priorityClassId: door.priorityClass,
    ...other,
  });
}

/** What both doors must refuse. */
export const BAD_INPUTS: readonly BadInput[] = [
  {
    fact: 'a service that does not exist',
    code: 'service_not_found',
    sent: (door) => ({ body: createTicket(door, { serviceId: randomUUID() }) }),
  },
  {
    fact: 'a service that is closed',
    code: 'service_closed',
    sent: (door) => ({ body: createTicket(door, { serviceId: door.closedService }) }),
  },
  {
    fact: 'a priority that does not exist',
    code: 'priority_class_not_found',
    sent: (door) => ({ body: createTicket(door, { priorityClassId: randomUUID() }) }),
  },
  {
    fact: 'a name of control characters alone',
    code: 'text_empty',
    params: { max: CUSTOMER_NAME_LENGTH_MAX },
    sent: (door) => ({ body: createTicket(door, { customer: { name: '\u0000\u001b\u202e\u0007' } }) }),
  },
  {
    fact: 'a name of ten thousand letters',
    code: 'text_too_long',
    params: { max: CUSTOMER_NAME_LENGTH_MAX },
    sent: (door) => ({ body: createTicket(door, { customer: { name: 'ã'.repeat(LETTERS_MANY) } }) }),
  },
  {
    fact: 'a party of nobody',
    code: 'invalid_request',
    sent: (door) => ({ body: createTicket(door, { partySize: 0 }) }),
  },
  {
    fact: 'a command that does not exist',
    code: 'invalid_request',
    sent: (door) => ({ body: createTicket(door, { type: 'ticket.steal' }) }),
  },
  {
    fact: 'a field that does not exist',
    code: 'invalid_request',
    sent: (door) => ({ body: createTicket(door, { number: 1 }) }),
  },
  { fact: 'no JSON', code: 'invalid_request', sent: () => ({ body: 'ticket.create, please' }) },
  { fact: 'nothing', code: 'invalid_request', sent: () => ({ body: '' }) },
  {
    fact: 'a huge body',
    code: 'body_too_large',
    sent: (door) => ({ body: createTicket(door, { customer: { name: 'x'.repeat(BODY_HUGE_BYTES) } }) }),
  },
  {
    fact: 'a wrong token',
    code: 'unauthorized',
    sent: (door) => ({ body: createTicket(door), token: 'x'.repeat(43) }),
  },
  {
    fact: 'no token',
    code: 'unauthorized',
    sent: (door) => ({ body: createTicket(door), token: '' }),
  },
];

/** What a totem must refuse besides: anyone can reach it, and any page on the machine. */
export const BAD_INPUTS_AT_TOTEM: readonly BadInput[] = [
  {
    fact: 'a Host that is not its own',
    code: 'wrong_host',
    sent: (door) => ({ body: createTicket(door), host: 'totem.example' }),
  },
  {
    fact: 'the command of an operator',
    code: 'forbidden',
    sent: () => ({ body: JSON.stringify({ type: 'ticket.call_next', id: randomUUID() }) }),
  },
];

/** Sends to a door as it stands: no client of ours in between, and any Host header. */
export function send(door: Door, { body, token = door.token, host }: Sent, locale: Locale): Promise<Answer> {
  const url = new URL('/v1/commands', door.url);
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'accept-language': `${locale};q=1, *;q=0.1`,
        'content-length': Buffer.byteLength(body),
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(host === undefined ? {} : { host }),
      },
    });
    let isAnswered = false;
    asked.on('response', (answer) => {
      isAnswered = true;
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        resolve({
          status: answer.statusCode ?? 0,
          type: answer.headers['content-type'],
          language: answer.headers['content-language'],
          body: JSON.parse(Buffer.concat(chunks).toString('utf8')),
        });
      });
    });
    // A door may close behind its answer while the rest of a huge body is still on its way.
    asked.on('error', (error) => {
      if (!isAnswered) reject(error);
    });
    asked.end(body);
  });
}
