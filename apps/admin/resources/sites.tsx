/** Sites: where they are, when they are open, and how their queue and kiosks behave. */
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import {
  IDENTIFICATIONS,
  KIOSK_SETTINGS_DEFAULT,
  kioskSettingsOf,
  QUEUE_RULES_DEFAULT,
  queueRulesOf,
} from '@totem/domain';
import { HubCard } from '../devices/hub-card.tsx';
import { type Draft, valueAt } from '../forms/field.ts';
import { choicesOf, languageChoices, placeChoices, zoneChoices } from './choices.ts';
import { GroupsEditor } from './groups-editor.tsx';
import { PolicyEditor } from './policy-editor.tsx';
import type { ResourceSpec } from './resource.ts';
import { usedColumn } from './used-column.tsx';

type Site = AnswerOf<Routes['getSite']>;

const isSpoken = (draft: Draft): boolean => valueAt(draft, 'queueRules.callVoice.isOn') === true;

export const SITES: ResourceSpec<Site> = {
  form: 'site',
  path: '/sites',
  routes: {
    list: ROUTES.listSites,
    create: ROUTES.createSite,
    get: ROUTES.getSite,
    update: ROUTES.updateSite,
    remove: ROUTES.deleteSite,
  },
  writes: 'configuration.write',
  isOfSite: false,
  nameOf: ({ name }) => name,
  columns: ({ t, ...sight }) => [
    { name: 'name', label: t('site.field.name'), cell: ({ name }) => name },
    {
      name: 'address',
      label: t('site.field.address'),
      cell: ({ address }) => address ?? '—',
      isSecondary: true,
    },
    {
      name: 'timezone',
      label: t('site.field.timezone'),
      cell: ({ timezone }) => timezone.replaceAll('_', ' '),
      isSecondary: true,
    },
    {
      name: 'target',
      label: t('site.field.queueRules.waitTargetMinutes'),
      cell: (site) =>
        sight.format.minutes(
          (queueRulesOf(site).waitTargetMinutes ?? QUEUE_RULES_DEFAULT.waitTargetMinutes) * 60_000,
        ),
      isNumeric: true,
    },
    usedColumn({ t }),
  ],
  filters: ({ t }) => [{ kind: 'text', name: 'search', label: t('list.search') }],
  start: () => ({
    name: '',
    slug: '',
    address: null,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    rolloverHour: 0,
    openingHours: null,
    currency: 'BRL',
    defaultLocale: 'pt-BR',
    queueRules: QUEUE_RULES_DEFAULT,
    kiosk: KIOSK_SETTINGS_DEFAULT,
  }),
  valuesOf: (site) => ({ ...site, queueRules: queueRulesOf(site), kiosk: kioskSettingsOf(site as never) }),
  after: (site) => <HubCard site={site} />,
  sections: [
    {
      name: 'place',
      fields: [
        { path: 'name', kind: 'text' },
        { path: 'slug', kind: 'text' },
        { path: 'address', kind: 'text', isNullable: true, isWide: true },
        { path: 'timezone', kind: 'choice', choices: zoneChoices },
        { path: 'rolloverHour', kind: 'number' },
        { path: 'defaultLocale', kind: 'choice', choices: languageChoices },
        { path: 'currency', kind: 'text' },
      ],
    },
    { name: 'hours', fields: [{ path: 'openingHours', kind: 'hours', isNullable: true }] },
    {
      name: 'queue',
      fields: [
        {
          path: 'queueRules.policy',
          kind: 'own',
          isNullable: true,
          isWide: true,
          render: (props) => <PolicyEditor {...props} inherited="ofCompany" />,
        },
        { path: 'queueRules.waitTargetMinutes', kind: 'number', unit: 'minutes' },
        { path: 'queueRules.closingMinutes', kind: 'number', unit: 'minutes' },
        { path: 'queueRules.recallMinSeconds', kind: 'number', unit: 'seconds' },
        { path: 'queueRules.noShowMinCalls', kind: 'number' },
        { path: 'queueRules.noShowMinSeconds', kind: 'number', unit: 'seconds' },
        { path: 'queueRules.unpaidMinutesMax', kind: 'number', unit: 'minutes' },
        { path: 'queueRules.requeuePlace', kind: 'choice', choices: placeChoices },
        { path: 'queueRules.transferPlace', kind: 'choice', choices: placeChoices },
        { path: 'queueRules.choiceNeedsReason', kind: 'switch' },
        { path: 'queueRules.customerMayCancel', kind: 'switch' },
        { path: 'queueRules.customerMayDelay', kind: 'switch' },
      ],
    },
    {
      name: 'voice',
      fields: [
        { path: 'queueRules.callVoice.isOn', kind: 'switch', isWide: true },
        { path: 'queueRules.callVoice.repeats', kind: 'number', isShown: isSpoken },
        { path: 'queueRules.callVoice.ratePercent', kind: 'number', unit: 'percent', isShown: isSpoken },
      ],
    },
    {
      name: 'kiosk',
      fields: [
        {
          path: 'kiosk.identification',
          kind: 'choice',
          choices: choicesOf(IDENTIFICATIONS, 'identification'),
        },
        { path: 'kiosk.showsWait', kind: 'switch' },
        { path: 'kiosk.groups', kind: 'own', isWide: true, render: (props) => <GroupsEditor {...props} /> },
      ],
    },
  ],
};
