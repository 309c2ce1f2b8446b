/** Whoever carries messages, put together: the courier, and both kinds of receivers. */
import type { Env, Timers } from '@totem/domain';
import type { Log } from '@totem/host';
import type { Database } from '../db/pool.ts';
import type { Counts } from '../metrics/counts.ts';
import { createNotificationChannel } from '../notify/channel.ts';
import { type Channels, createWays, type MailRelay, type MessageGateway, type Way } from '../notify/ways.ts';
import { createOutbound, type Outbound } from '../outbound/post.ts';
import type { Vault } from '../secrets/vault.ts';
import { createWebhookChannel } from '../webhooks/channel.ts';
import { type Courier, createCourier } from './courier.ts';

export interface MessageOptions {
  /** Whether receivers may be on this very machine: for demos and tests. */
  readonly allowsLoopback: boolean;
  readonly mail?: MailRelay | undefined;
  readonly gateway?: MessageGateway | undefined;
}

export interface Messages {
  readonly courier: Courier;
  readonly outbound: Outbound;
  readonly ways: Readonly<Record<Channels, Way>>;
  /** Whether customers can be written to, and how. */
  readonly reaches: { readonly email: boolean; readonly sms: boolean };
}

export function createMessages(
  parts: {
    readonly db: Database;
    readonly env: Env;
    readonly timers: Timers;
    readonly log: Log;
    readonly vault: Vault;
    readonly counts: Pick<Counts, 'delivery'>;
  },
  { allowsLoopback, mail, gateway }: MessageOptions,
): Messages {
  const outbound = createOutbound({ timers: parts.timers, allowsLoopback });
  const { ways, close } = createWays({ outbound, timers: parts.timers, mail, gateway, allowsLoopback });
  const channels = {
    webhook: createWebhookChannel({ ...parts, outbound }),
    notification: createNotificationChannel({ ...parts, ways, close }),
  };
  const reaches = { email: mail !== undefined, sms: gateway !== undefined };
  return { courier: createCourier({ ...parts, channels }), outbound, ways, reaches };
}
