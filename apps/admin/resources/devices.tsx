/** Devices: totems, panels, displays and what hangs on them, each with how it is now. */
import { ROUTES } from '@totem/api';
import { CommandsCard } from '../devices/commands-card.tsx';
import { DeviceFacts } from '../devices/device-facts.tsx';
import { type Device, DeviceStatus } from '../devices/device-status.tsx';
import { DisplayPairingCard } from '../devices/display-pairing-card.tsx';
import { DisplaySettings } from '../devices/display-settings.tsx';
import { HostChoice } from '../devices/host-choice.tsx';
import { PairingCard } from '../devices/pairing-card.tsx';
import { SuspensionCard } from '../devices/suspension-card.tsx';
import { telemetryOf } from '../devices/telemetry.ts';
import { choicesOf, siteChoices } from './choices.ts';
import type { ResourceSpec } from './resource.ts';

const TYPES = ['totem', 'panel', 'display', 'printer', 'terminal'] as const;
const OBEYING_TYPES: readonly Device['type'][] = ['totem', 'display'];
const typeChoices = choicesOf(TYPES, 'device.type');
const hangsOnTotem = ({ type }: Readonly<Record<string, unknown>>): boolean =>
  type === 'printer' || type === 'terminal';

export const DEVICES: ResourceSpec<Device> = {
  form: 'device',
  path: '/devices',
  routes: {
    list: ROUTES.listEquipment,
    create: ROUTES.createEquipment,
    get: ROUTES.getEquipment,
    update: ROUTES.updateEquipment,
    remove: ROUTES.deleteEquipment,
  },
  writes: 'equipment.write',
  removes: 'equipment.revoke',
  isOfSite: true,
  nameOf: ({ identifier }) => identifier,
  everyMs: 10_000,
  columns: ({ t, siteName, instant, format }) => [
    { name: 'identifier', label: t('device.field.identifier'), cell: ({ identifier }) => identifier },
    { name: 'status', label: t('device.column.status'), cell: (device) => <DeviceStatus device={device} /> },
    {
      name: 'type',
      label: t('device.field.type'),
      cell: ({ type }) => t(`device.type.${type}`),
      isSecondary: true,
    },
    { name: 'site', label: t('list.site'), cell: ({ siteId }) => siteName(siteId), isSecondary: true },
    {
      name: 'seen',
      label: t('device.column.seen'),
      cell: ({ lastSeen }) => instant(lastSeen),
      isSecondary: true,
    },
    {
      name: 'outbox',
      label: t('device.column.outbox'),
      cell: ({ telemetry }) => {
        const { pending } = telemetryOf(telemetry);
        return pending === undefined ? '—' : format.number(pending);
      },
      isNumeric: true,
      isSecondary: true,
    },
    {
      name: 'version',
      label: t('device.column.version'),
      cell: ({ appVersion }) => appVersion ?? '—',
      isSecondary: true,
    },
  ],
  filters: (sight) => [
    { kind: 'choice', name: 'type', label: sight.t('device.field.type'), choices: typeChoices(sight) },
  ],
  start: (siteId) => ({
    siteId: siteId ?? '',
    type: 'totem',
    identifier: '',
    location: null,
    attachedTo: null,
    maintenance: false,
  }),
  valuesOf: (device) => ({ ...device, maintenance: device.maintenanceSince !== null }),
  before: (device) => (
    <>
      <DeviceFacts device={device} />
      {device.type === 'display' ? <DisplayPairingCard device={device} /> : <PairingCard device={device} />}
    </>
  ),
  after: (device) => (
    <>
      {device.type === 'display' && <DisplaySettings device={device} />}
      {OBEYING_TYPES.includes(device.type) && <CommandsCard device={device} />}
      <SuspensionCard device={device} />
    </>
  ),
  sections: [
    {
      name: 'what',
      fields: [
        { path: 'siteId', kind: 'choice', isOnlyNew: true, choices: siteChoices },
        { path: 'type', kind: 'choice', isOnlyNew: true, choices: typeChoices },
        { path: 'identifier', kind: 'text' },
        { path: 'location', kind: 'text', isNullable: true },
        {
          path: 'attachedTo',
          kind: 'own',
          isNullable: true,
          isShown: hangsOnTotem,
          render: (props) => <HostChoice {...props} />,
        },
        { path: 'maintenance', kind: 'switch' },
      ],
    },
  ],
};
