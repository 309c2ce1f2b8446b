/**
 * Payments in doubt: the terminal lost its answer and cannot be asked. Whoever stands here has looked at the provider's own list
 * and says what is there; until then the terminal charges nobody. Without one, nothing of this is shown.
 */
import { cents, formatMoney } from '@totem/domain';
import { BigButton, useLocale } from '@totem/ui';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Keypad, Typed } from '../keys/keyboard.tsx';
import type { Doubt, TechnicianAgent } from './agent.ts';
import styles from './technician.module.css';

const NAMESPACE = 'technician';
const AGAIN_MS = 3_000;
const NAME_LENGTH_MAX = 32;

type Run = <T>(work: () => Promise<T>) => Promise<T | undefined>;

export function Doubts({ agent, run }: { readonly agent: TechnicianAgent; readonly run: Run }) {
  const { t } = useTranslation(NAMESPACE);
  const [doubts, setDoubts] = useState<readonly Doubt[]>([]);
  const look = useCallback(async () => {
    const found = await run(() => agent.doubts());
    if (found !== undefined) setDoubts(found);
  }, [agent, run]);
  useEffect(() => {
    void look();
    const timer = setInterval(() => void look(), AGAIN_MS);
    return () => clearInterval(timer);
  }, [look]);
  if (doubts.length === 0) return null;
  return (
    <section aria-label={t('doubts')}>
      <h2 className={styles.section}>{t('doubts')}</h2>
      <p className={styles.lead}>{t('doubtsLead')}</p>
      {doubts.map((doubt) => (
        <OneDoubt
          key={doubt.attemptId}
          doubt={doubt}
          onSettle={async (found) => {
            await run(() => agent.settleDoubt(doubt.attemptId, found));
            await look();
          }}
        />
      ))}
    </section>
  );
}

interface OneDoubtProps {
  readonly doubt: Doubt;
  /** @param found what the provider's list calls it; null when it is not there. */
  readonly onSettle: (found: string | null) => Promise<void>;
}

function OneDoubt({ doubt, onSettle }: OneDoubtProps) {
  const { t } = useTranslation(NAMESPACE);
  const { locale } = useLocale();
  const [typed, setTyped] = useState('');
  const [isSure, setIsSure] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const settle = async (found: string | null): Promise<void> => {
    setIsBusy(true);
    await onSettle(found);
    setIsBusy(false);
  };
  const { reference, protocol, amountCents, currency } = doubt;
  const amount = formatMoney(cents(amountCents), currency, locale);
  return (
    <fieldset className={styles.doubt}>
      <legend className={styles.legend}>{t('doubt', { amount, reference, protocol })}</legend>
      <Typed label={t('doubtName')} text={typed} hint={t('doubtName')} isFigures />
      <Keypad typed={typed} lengthMax={NAME_LENGTH_MAX} onType={setTyped} />
      <div className={styles.row}>
        <BigButton kind="primary" busy={isBusy} disabled={typed === ''} onPress={() => void settle(typed)}>
          {t('doubtPaid')}
        </BigButton>
        <BigButton
          kind="quiet"
          disabled={isBusy || typed !== ''}
          onPress={() => (isSure ? void settle(null) : setIsSure(true))}
        >
          {t(isSure ? 'doubtNotThereSure' : 'doubtNotThere')}
        </BigButton>
      </div>
    </fieldset>
  );
}
