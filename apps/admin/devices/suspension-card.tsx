/** Stopping a device at once, and letting it work again. */
import { Button, TextInput } from '@mantine/core';
import { ROUTES } from '@totem/api';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../data/api.ts';
import { useSight } from '../data/names.ts';
import { useStale } from '../data/queries.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Card } from '../parts/page.tsx';
import { useMe } from '../session/me.ts';
import type { Device } from './device-status.tsx';

export function SuspensionCard({ device }: { readonly device: Device }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const { instant } = useSight();
  const api = useApi();
  const stale = useStale();
  const [isAsking, setIsAsking] = useState(false);
  const [reason, setReason] = useState('');
  if (!may('equipment.revoke')) return null;
  const isSuspended = device.suspendedAt !== null;
  const params = { id: device.id };
  const act = t(isSuspended ? 'device.reinstate' : 'device.suspend');
  return (
    <Card
      title={t('device.section.suspension')}
      lead={
        isSuspended
          ? t('device.suspendedSince', {
              at: instant(device.suspendedAt),
              reason: device.suspendedReason ?? '—',
            })
          : t('device.lead.suspension')
      }
    >
      <Button
        variant="default"
        size="md"
        data-danger={!isSuspended || undefined}
        onClick={() => setIsAsking(true)}
      >
        {act}
      </Button>
      <Confirm
        opened={isAsking}
        title={t(isSuspended ? 'device.reinstateHeading' : 'device.suspendHeading', {
          name: device.identifier,
        })}
        lead={t(isSuspended ? 'device.reinstateLead' : 'device.suspendLead')}
        act={act}
        isDangerous={!isSuspended}
        isReady={isSuspended || reason.trim() !== ''}
        onClose={() => setIsAsking(false)}
        onConfirm={async () => {
          const { version } = await api.call(ROUTES.getEquipment, { params });
          if (isSuspended) await api.call(ROUTES.reinstateEquipment, { params, version } as never);
          else await api.call(ROUTES.suspendEquipment, { params, body: { reason }, version });
          await stale(ROUTES.listEquipment.path);
        }}
      >
        {!isSuspended && (
          <TextInput
            size="md"
            label={t('device.reason')}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        )}
      </Confirm>
    </Card>
  );
}
