/** What was decided of a display before, and the way back to it. */
import { Button } from '@mantine/core';
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../data/api.ts';
import { useSight } from '../data/names.ts';
import { useAll, useRead, useStale } from '../data/queries.ts';
import { DataTable } from '../lists/data-table.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Card } from '../parts/page.tsx';
import { useMe } from '../session/me.ts';
import type { Device } from './device-status.tsx';
import { telemetryOf } from './telemetry.ts';

type Version = AnswerOf<Routes['listDeviceSettings']>['items'][number];

interface SettingsHistoryProps {
  readonly device: Device;
  /** The one that counts. */
  readonly version: number;
}

export function SettingsHistory({ device, version }: SettingsHistoryProps) {
  const { t } = useTranslation();
  const { may } = useMe();
  const api = useApi();
  const stale = useStale();
  const { instant } = useSight();
  const [wanted, setWanted] = useState<Version | undefined>();
  const params = { id: device.id };
  const read = useRead(ROUTES.listDeviceSettings, { params });
  const people = useAll(ROUTES.listUsers, {}, { enabled: may('user.read') });
  const items = read.data?.items ?? [];
  if (items.length === 0) return null;
  const nameOf = (id: string | null): string => people.data?.find((one) => one.id === id)?.fullName ?? '—';
  const { settingsVersion } = telemetryOf(device.telemetry);
  return (
    <Card title={t('display.history')} lead={t('display.historyLead')} isFlush>
      <DataTable<Version>
        label={t('display.history')}
        rows={items}
        keyOf={(one) => String(one.version)}
        columns={[
          {
            name: 'version',
            label: t('display.version'),
            cell: (one) => (
              <>
                <strong>{one.version}</strong>
                {one.version === settingsVersion && ` · ${t('display.onScreen')}`}
              </>
            ),
          },
          { name: 'at', label: t('display.decidedAt'), cell: ({ createdAt }) => instant(createdAt) },
          {
            name: 'by',
            label: t('display.decidedBy'),
            cell: ({ createdBy }) => nameOf(createdBy),
            isSecondary: true,
          },
          {
            name: 'what',
            label: t('display.field.layout'),
            cell: ({ settings }) => t(`display.layout.${settings.layout}`),
            isSecondary: true,
          },
          {
            name: 'act',
            label: t('list.use'),
            cell: (one) =>
              one.version === version ? (
                t('display.inForce')
              ) : (
                <Button
                  variant="default"
                  h={44}
                  disabled={!may('equipment.write')}
                  aria-label={t('display.backTo', { version: one.version })}
                  onClick={() => setWanted(one)}
                >
                  {t('display.back')}
                </Button>
              ),
          },
        ]}
      />
      <Confirm
        opened={wanted !== undefined}
        title={t('display.backHeading', { version: wanted?.version ?? 0 })}
        lead={t('display.backLead')}
        act={t('display.back')}
        onClose={() => setWanted(undefined)}
        onConfirm={async () => {
          if (wanted === undefined) return;
          const body = wanted.settings;
          await api.call(ROUTES.changeDeviceSettings, { params, body, version } as never);
          await stale(ROUTES.getDeviceSettings.path);
        }}
      />
    </Card>
  );
}
