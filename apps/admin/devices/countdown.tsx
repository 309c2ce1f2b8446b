/** The time that is left of an offer, by the second; said aloud by the minute only. */
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import css from './devices.module.css';

const SECOND_MS = 1_000;

export function Countdown({ until }: { readonly until: string }) {
  const { t } = useTranslation();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.ceil((Date.parse(until) - now) / SECOND_MS));
  const left = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return (
    <span className={css.countdown} role="timer" aria-live="off">
      {t('pairing.left', { left })}
    </span>
  );
}
