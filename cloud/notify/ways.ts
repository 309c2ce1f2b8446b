/**
 * The ways to people: a Slack incoming webhook, mail over the installation's relay, and short messages over one gateway that
 * speaks HTTP. Each sends one notice to all that a setting names.
 */
import type { Timers } from '@totem/domain';
import { createTransport } from 'nodemailer';
import type { Sent } from '../events/delivery.ts';
import { retryAfterMs } from '../events/schedule.ts';
import type { Outbound, Posted } from '../outbound/post.ts';
import type { Notice } from './notice.ts';

export interface Letter {
  /** The same over all attempts. */
  readonly id: string;
  readonly to: readonly string[];
  readonly from: string | undefined;
  /** The token or address of the channel that a tenant has configured. */
  readonly secret: string | undefined;
  readonly notice: Notice;
  readonly now: number;
}

export type Way = (letter: Letter) => Promise<Sent>;

/** How mail leaves the installation. */
export interface MailRelay {
  /** As `smtps://user:word@host:465`. */
  readonly url: string;
  readonly from: string;
}

/** Who sends short messages: `POST` with `{id, channel, to, from, text}`, and a bearer's token. */
export interface MessageGateway {
  readonly url: string;
  readonly token: string;
}

export type Channels = 'slack' | 'email' | 'sms' | 'whatsapp';

const SLACK_HOST = 'hooks.slack.com';
const MAIL_MS_MAX = 15_000;
/** Of SMTP: from 500 on it is for good. */
const FOR_GOOD = 500;

const refused = (fault: string, status: number | null = null): Sent => ({
  kind: 'refused',
  status,
  fault,
  isOverloaded: false,
});

export function createWays(parts: {
  readonly outbound: Outbound;
  readonly timers: Timers;
  readonly mail: MailRelay | undefined;
  readonly gateway: MessageGateway | undefined;
  /** Whether Slack may be on this very machine: for demos and tests. */
  readonly allowsLoopback: boolean;
}): { readonly ways: Readonly<Record<Channels, Way>>; close(): void } {
  const { outbound, gateway, allowsLoopback } = parts;
  const mail = mailOf(parts.mail);
  const short =
    (channel: 'sms' | 'whatsapp'): Way =>
    async ({ id, to, from, secret, notice, now }) => {
      if (gateway === undefined) return { kind: 'unwanted', fault: 'no_gateway' };
      const posted = await outbound.post({
        url: gateway.url,
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${secret ?? gateway.token}`,
          'idempotency-key': id,
        },
        body: JSON.stringify({ id, channel, to, from: from ?? null, text: notice.text }),
      });
      return sentOf(posted, now);
    };
  return {
    ways: {
      slack: async ({ secret, notice, now }) => {
        const isSlack = URL.parse(secret ?? '')?.hostname === SLACK_HOST;
        if (secret === undefined || !(isSlack || allowsLoopback)) return refused('address_refused');
        const text = notice.text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
        return sentOf(
          await outbound.post({
            url: secret,
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ text }),
          }),
          now,
        );
      },
      email: mail.way,
      sms: short('sms'),
      whatsapp: short('whatsapp'),
    },
    close: mail.close,
  };
}

function mailOf(relay: MailRelay | undefined): { readonly way: Way; close(): void } {
  if (relay === undefined)
    return { way: async () => ({ kind: 'unwanted', fault: 'no_mail_relay' }), close: () => {} };
  const transport = createTransport(relay.url, {
    connectionTimeout: MAIL_MS_MAX,
    greetingTimeout: MAIL_MS_MAX,
    socketTimeout: MAIL_MS_MAX,
    disableFileAccess: true,
    disableUrlAccess: true,
  } as object);
  return {
    way: async ({ id, to, notice }) => {
      try {
        await transport.sendMail({
          from: relay.from,
          to: [...to],
          subject: notice.subject,
          text: notice.text,
          messageId: `<${id}@totem>`,
        });
        return { kind: 'accepted', status: null };
      } catch (error) {
        const status = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : null;
        if (status === null) return refused('unreachable');
        return status >= FOR_GOOD
          ? { kind: 'unwanted', fault: `mail_refused_${status}` }
          : refused('not_accepted', status);
      }
    },
    close: () => transport.close(),
  };
}

function sentOf(posted: Posted, now: number): Sent {
  if (posted.kind === 'failed')
    return posted.fault === 'interrupted' ? { kind: 'later', atMs: now } : refused(posted.fault);
  const { status, retryAfter } = posted;
  if (status >= 200 && status < 300) return { kind: 'accepted', status };
  return {
    kind: 'refused',
    status,
    fault: 'not_accepted',
    retryAfterMs: retryAfterMs(retryAfter, now),
    isOverloaded: false,
  };
}
