/** A payment's status in a word, and that something about it did not fit. */
import { useTranslation } from 'react-i18next';
import { Status, type Tone } from '../parts/status.tsx';

const TONES: Readonly<Record<string, Tone>> = {
  pending: 'warning',
  paid: 'good',
  failed: 'danger',
  canceled: 'quiet',
  refunded: 'calm',
};

interface PaymentStatusProps {
  readonly payment: { readonly status: string; readonly conflict: string | null };
}

export function PaymentStatus({ payment: { status, conflict } }: PaymentStatusProps) {
  const { t } = useTranslation();
  const word = t(`paymentStatus.${status}`);
  if (conflict !== null) return <Status tone="danger">{`${word} · ${t('ticket.withConflict')}`}</Status>;
  return <Status tone={TONES[status] ?? 'quiet'}>{word}</Status>;
}
