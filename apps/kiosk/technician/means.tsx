/** What can be paid with at this totem, for its technician: how each is, and a question to the other side. */
import { IconAlertTriangle, IconCheck, IconCreditCard, IconHelp, IconX } from '@tabler/icons-react';
import { ERRORS, type ErrorCode, errorText } from '@totem/domain';
import { BigButton, useLocale } from '@totem/ui';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MeansState, TechnicianAgent } from './agent.ts';
import styles from './technician.module.css';

const NAMESPACE = 'technician';

export interface MeansProps {
  readonly agent: TechnicianAgent;
  readonly run: <T>(work: () => Promise<T>) => Promise<T | undefined>;
  readonly means: readonly MeansState[];
  readonly onTried: () => Promise<void>;
}

const MARKS: Readonly<Record<MeansState['state'], { readonly state: string; readonly icon: ReactNode }>> = {
  ready: { state: 'ok', icon: <IconCheck stroke={2.4} /> },
  not_ready: { state: 'fault', icon: <IconX stroke={2.4} /> },
  at_work: { state: 'warning', icon: <IconAlertTriangle stroke={1.9} /> },
  unknown: { state: 'unknown', icon: <IconHelp stroke={1.9} /> },
};

/** Nothing for a totem that takes no payments. */
export function Means({ agent, run, means, onTried }: MeansProps) {
  const { t } = useTranslation(NAMESPACE);
  const [asking, setAsking] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const tryOne = async ({ means: { id, method } }: MeansState): Promise<void> => {
    setAsking(id);
    setSaid('');
    const tried = await run(() => agent.tryMeans(id));
    if (tried !== undefined) setSaid(`${t(`means.${method}`)}: ${t(`meansStates.${tried.state}`)}`);
    await onTried();
    setAsking(null);
  };
  if (means.length === 0) return null;
  return (
    <section aria-label={t('payment')}>
      <h2 className={styles.section}>{t('payment')}</h2>
      <ul className={styles.parts}>
        {means.map((one) => (
          <One key={one.means.id} one={one} />
        ))}
      </ul>
      <div className={styles.row}>
        {means.map((one) => (
          <BigButton
            key={one.means.id}
            icon={<IconCreditCard stroke={1.8} />}
            busy={asking === one.means.id}
            disabled={asking !== null && asking !== one.means.id}
            onPress={() => void tryOne(one)}
          >
            {t(`tryMeans.${one.means.method}`)}
          </BigButton>
        ))}
      </div>
      <p className={styles.detail} role="status">
        {said}
      </p>
    </section>
  );
}

function One({ one }: { readonly one: MeansState }) {
  const { t } = useTranslation(NAMESPACE);
  const { locale } = useLocale();
  const { state, icon } = MARKS[one.state];
  const { cause } = one;
  const why = cause !== null && Object.hasOwn(ERRORS, cause) ? errorText(cause as ErrorCode, locale) : cause;
  return (
    <li className={styles.part} data-state={state}>
      <span className={styles.mark} aria-hidden="true">
        {icon}
      </span>
      <span className={styles.name}>{t(`means.${one.means.method}`)}</span>
      <span className={styles.word}>{t(`meansStates.${one.state}`)}</span>
      <span className={styles.detail}>{why}</span>
    </li>
  );
}
