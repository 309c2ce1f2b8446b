/** A screen that is nobody's yet: the code by which somebody makes it a device, as large as it can be. */
import { useErrorText } from '@totem/ui';
import { type CSSProperties, useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import css from './pairing.module.css';
import type { Pairing } from './pairing.ts';

const SECOND_MS = 1_000;

export function PairingScreen({ pairing }: { readonly pairing: Pairing }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const state = useSyncExternalStore(pairing.subscribe, pairing.current);
  return (
    <main className={css.screen}>
      <p className={css.brand}>Totem</p>
      <h1 className={css.title}>{t('connect')}</h1>
      {state.step === 'asking' ? (
        <p className={css.lead} role="status">
          {state.problem === null ? t('connectAsking') : errorText(state.problem)}
        </p>
      ) : (
        <>
          <p className={css.lead}>{t('connectStep', { address: `${location.host}/admin` })}</p>
          <p
            className={css.code}
            role="status"
            aria-label={t('connectCode', { code: [...state.code].join(' ') })}
            style={{ '--code-length': state.code.length } as CSSProperties}
          >
            {state.code}
          </p>
          <p className={css.hint}>{state.isReached ? <Left untilMs={state.untilMs} /> : t('connectLost')}</p>
          <p className={css.hint}>{t('connectThen')}</p>
        </>
      )}
    </main>
  );
}

/** What is left of the code, by the second: whoever types sees whether it is worth beginning. */
function Left({ untilMs }: { readonly untilMs: number }) {
  const { t } = useTranslation();
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.ceil((untilMs - now) / SECOND_MS));
  const left = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return <span role="timer">{t('connectLeft', { left })}</span>;
}
