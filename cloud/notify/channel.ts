/** People as receivers: a notice in the language of the setting, within its hours, by its way. */
import { type Env, type Id, localeFor, type OpeningHours } from '@totem/domain';
import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import { configNotification } from '../db/schema/configuration.ts';
import { site } from '../db/schema/tenancy.ts';
import type { ReadHandle } from '../db/with-tenant.ts';
import type { Channel, Receiver } from '../events/courier.ts';
import type { Vault } from '../secrets/vault.ts';
import { tellableAt } from './hours.ts';
import { type NoticePlace, noticeOf } from './notice.ts';
import { openNotificationSecret } from './secret.ts';
import type { Channels, Way } from './ways.ts';

type SettingRow = typeof configNotification.$inferSelect;

const ZONE_OF_NONE = 'America/Sao_Paulo';

interface NotifyParts {
  readonly env: Env;
  readonly vault: Vault;
  readonly ways: Readonly<Record<Channels, Way>>;
  close(): void;
}

export function createNotificationChannel(parts: NotifyParts): Channel {
  return {
    receivers: async (tx, ids) => {
      const rows = await tx.orm
        .select()
        .from(configNotification)
        .where(
          and(
            eq(configNotification.tenantId, tx.tenantId),
            inArray(configNotification.id, [...ids] as Id<'config_notification'>[]),
            eq(configNotification.active, true),
            isNull(configNotification.deletedAt),
          ),
        );
      const places = await placesOf(tx);
      return new Map(rows.map((row) => [row.id, receiverOf(parts, row, places)]));
    },
    close: parts.close,
  };
}

interface Places {
  /** By the id of a site. */
  readonly sites: ReadonlyMap<string, NoticePlace>;
  readonly ofNone: NoticePlace;
}

async function placesOf(tx: ReadHandle): Promise<Places> {
  const rows = await tx.orm
    .select({ id: site.id, name: site.name, timezone: site.timezone })
    .from(site)
    .where(eq(site.tenantId, tx.tenantId))
    .orderBy(asc(site.createdAt), asc(site.id));
  return {
    sites: new Map(rows.map(({ id, name, timezone }) => [id, { name, timezone }])),
    ofNone: { name: null, timezone: rows[0]?.timezone ?? ZONE_OF_NONE },
  };
}

function receiverOf({ env, vault, ways }: NotifyParts, row: SettingRow, places: Places): Receiver {
  return {
    send: async (message) => {
      const now = env.now();
      const place = places.sites.get(message.siteId ?? '') ?? places.ofNone;
      const atMs = tellableAt(row.hours as OpeningHours, now, place.timezone);
      if (atMs > now && message.type !== 'test') return { kind: 'later', atMs };
      const notice = noticeOf(message, localeFor(row.locale), place);
      if (notice === undefined) return { kind: 'unwanted', fault: 'event_unknown' };
      const { to, from } = row.target as { readonly to: readonly string[]; readonly from?: string };
      const secret =
        row.secret === null ? undefined : openNotificationSecret(vault, row.tenantId, row.secret);
      return ways[row.channel]({ id: message.eventId, to, from, secret, notice, now });
    },
  };
}
