/** How a device is, in a word. */
import type { AnswerOf, Routes } from '@totem/api';
import { useTranslation } from 'react-i18next';
import { Status, type Tone } from '../parts/status.tsx';

export type Device = AnswerOf<Routes['getEquipment']>;

const TONES: Readonly<Record<Device['status'], Tone>> = {
  online: 'good',
  offline: 'danger',
  maintenance: 'warning',
  suspended: 'danger',
};

/** A device that has never been enrolled is not away: nobody has seen it yet. */
export function DeviceStatus({ device }: { readonly device: Device }) {
  const { t } = useTranslation();
  if (device.deletedAt !== null) return <Status tone="quiet">{t('device.revoked')}</Status>;
  if (device.status === 'offline' && device.lastSeen === null)
    return <Status tone="quiet">{t('device.neverSeen')}</Status>;
  return <Status tone={TONES[device.status]}>{t(`device.status.${device.status}`)}</Status>;
}
