/** How a site's kiosks present what it offers: presentation only, nothing here decides about a ticket. */
import type { ServiceId } from '../ids/id.ts';
import type { LocalText } from './local-text.ts';

/** Whether a kiosk asks who the customer is: not at all, or for a document that they may leave out. */
export const IDENTIFICATIONS = ['off', 'optional'] as const;
export type Identification = (typeof IDENTIFICATIONS)[number];

/** Groups on the first page of the services, and services in one group. */
export const SERVICE_GROUPS_MAX = 12;

/** Services that are shown together, under one name. */
export interface ServiceGroup {
  readonly name: LocalText;
  readonly icon: string | null;
  readonly serviceIds: readonly ServiceId[];
}

export interface KioskSettings {
  /** In their order. Without any, the services are shown side by side. A service in no group follows the groups. */
  readonly groups: readonly ServiceGroup[];
  readonly identification: Identification;
  /** Whether the expected wait is told before a ticket is taken. */
  readonly showsWait: boolean;
}
/** What is kept of them: a site that was configured before a setting existed has none for it. */
export type StoredKioskSettings = Partial<KioskSettings>;

export const KIOSK_SETTINGS_DEFAULT: KioskSettings = { groups: [], identification: 'off', showsWait: true };

/** The settings of a site's kiosks, complete. */
export function kioskSettingsOf(site: { readonly kiosk: StoredKioskSettings }): KioskSettings {
  return { ...KIOSK_SETTINGS_DEFAULT, ...site.kiosk };
}
