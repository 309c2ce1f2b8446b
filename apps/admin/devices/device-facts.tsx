/** What is known of a device now: when it was heard of, what waits on it, how its parts are. */
import { useTranslation } from 'react-i18next';
import { useSight } from '../data/names.ts';
import { Card, Facts } from '../parts/page.tsx';
import { type Device, DeviceStatus } from './device-status.tsx';
import { telemetryOf } from './telemetry.ts';

export function DeviceFacts({ device }: { readonly device: Device }) {
  const { t } = useTranslation();
  const { siteName, instant, format } = useSight();
  const { pending, oldestMs, parts } = telemetryOf(device.telemetry);
  const outbox =
    pending === undefined
      ? '—'
      : pending === 0
        ? t('device.outboxEmpty')
        : t('device.outboxWaits', {
            count: pending,
            age: oldestMs === undefined ? '—' : format.minutes(oldestMs),
          });
  return (
    <Card title={t('device.now')} aside={<DeviceStatus device={device} />}>
      <Facts
        facts={[
          [t('list.site'), siteName(device.siteId)],
          [t('device.field.type'), t(`device.type.${device.type}`)],
          ...(device.lane === null ? [] : [[t('device.column.lane'), device.lane] as const]),
          [t('device.column.seen'), instant(device.lastSeen)],
          [t('device.column.outbox'), outbox],
          [t('device.column.version'), device.appVersion ?? '—'],
          [t('device.column.enrolled'), instant(device.enrolledAt)],
          ...parts.map(
            ([part, state]) =>
              [t(`device.part.${part}`, part), t(`device.partState.${state}`, state)] as const,
          ),
        ]}
      />
    </Card>
  );
}
