/** Choices that several forms offer. */
import { EVENTS } from '@totem/api';
import { LOCALES, PAYMENT_POLICIES, ROLES } from '@totem/domain';
import { LANGUAGE_NAMES } from '@totem/ui';
import type { Choice, Sight } from '../data/names.ts';

/** A closed set as choices, with the words `<texts>.<member>`. */
export const choicesOf =
  (members: readonly string[], texts: string) =>
  ({ t }: Pick<Sight, 't'>): readonly Choice[] =>
    members.map((value) => ({ value, label: t(`${texts}.${value}`) }));

export const languageChoices = (): readonly Choice[] =>
  LOCALES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }));
export const roleChoices = choicesOf(ROLES, 'role');
export const policyChoices = choicesOf(PAYMENT_POLICIES, 'paymentPolicy');
export const placeChoices = choicesOf(['keep', 'end'], 'queuePlace');
export const siteChoices = ({ sites }: Sight): readonly Choice[] => sites;
export const serviceChoices = ({ services }: Sight): readonly Choice[] => services;

/** Zones by their names, those of the company's part of the world first. */
export const zoneChoices = (): readonly Choice[] => {
  const zones = [...Intl.supportedValuesOf('timeZone'), 'UTC'];
  const isNear = (zone: string): boolean => zone.startsWith('America/');
  return [...zones.filter(isNear), ...zones.filter((zone) => !isNear(zone))].map((zone) => ({
    value: zone,
    label: zone.replaceAll('_', ' '),
  }));
};

/** Active or not, as a filter. */
export const activeFilter = ({ t }: Pick<Sight, 't'>) =>
  ({
    kind: 'choice',
    name: 'active',
    label: t('list.use'),
    choices: [
      { value: 'true', label: t('list.active') },
      { value: 'false', label: t('list.inactive') },
    ],
  }) as const;

/** What webhooks and notifications can tell of. */
export const eventChoices = ({ t }: Pick<Sight, 't'>): readonly Choice[] =>
  EVENTS.map((value) => ({ value, label: t(`event.${value.replace('.', '_')}`, value) }));
