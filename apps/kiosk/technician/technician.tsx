/** The technician's page: the PIN first, then the device. Who does nothing for a while finds the customers' screen again. */
import { IconArrowLeft } from '@tabler/icons-react';
import { LOCALES } from '@totem/domain';
import { asDoorError, BigButton, DoorError, LanguagePicker, LoadingState, useErrorText } from '@totem/ui';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Keypad, Typed } from '../keys/keyboard.tsx';
import { technicianAgent } from './agent.ts';
import { Desk } from './desk.tsx';
import styles from './technician.module.css';
import { TECHNICIAN_TEXTS } from './texts.ts';

export const NAMESPACE = 'technician';
const PIN_LENGTH_MIN = 6;
const PIN_LENGTH_MAX = 8;
const IDLE_MS = 5 * 60_000;

export interface TechnicianProps {
  readonly token: string;
  readonly onBack: () => void;
}

export function Technician({ token, onBack }: TechnicianProps) {
  const { i18n } = useTranslation();
  // Once, and before anything is said: the words come with this page.
  const areWordsHere = i18n.hasResourceBundle(LOCALES[0], NAMESPACE);
  if (!areWordsHere)
    for (const locale of LOCALES) i18n.addResourceBundle(locale, NAMESPACE, TECHNICIAN_TEXTS[locale]);
  const { t } = useTranslation(NAMESPACE);
  const agent = useMemo(() => technicianAgent(token), [token]);
  const [pin, setPin] = useState<'set' | 'choose' | 'missing'>();
  const [isIn, setIsIn] = useState(false);
  const [error, setError] = useState<DoorError>();
  useEffect(() => {
    agent.pinState().then(setPin, (cause: unknown) => setError(asDoorError(cause)));
  }, [agent]);
  const leave = (): void => {
    void agent.end().catch(() => undefined);
    onBack();
  };
  useIdle(leave);
  return (
    <main className={styles.page}>
      <header className={styles.top}>
        <BigButton kind="quiet" icon={<IconArrowLeft stroke={1.8} />} onPress={leave}>
          {t('back')}
        </BigButton>
        <LanguagePicker />
      </header>
      {isIn ? (
        <Desk agent={agent} onOver={() => setIsIn(false)} />
      ) : pin === undefined && error === undefined ? (
        <LoadingState />
      ) : (
        <PinPage
          isNew={pin === 'choose'}
          isMissing={pin === 'missing'}
          first={error}
          onPin={async (typed) => {
            await (pin === 'choose' ? agent.choosePin(typed) : agent.enter(typed));
            setPin('set');
            setIsIn(true);
          }}
        />
      )}
    </main>
  );
}

/** Calls back when nobody has touched anything for a while. */
function useIdle(onIdle: () => void): void {
  const latest = useRef(onIdle);
  latest.current = onIdle;
  useEffect(() => {
    let timer = setTimeout(() => latest.current(), IDLE_MS);
    const again = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => latest.current(), IDLE_MS);
    };
    addEventListener('pointerdown', again);
    addEventListener('keydown', again);
    return () => {
      clearTimeout(timer);
      removeEventListener('pointerdown', again);
      removeEventListener('keydown', again);
    };
  }, []);
}

interface PinPageProps {
  readonly isNew: boolean;
  readonly isMissing: boolean;
  readonly first: DoorError | undefined;
  readonly onPin: (pin: string) => Promise<void>;
}

function PinPage({ isNew, isMissing, first, onPin }: PinPageProps) {
  const { t } = useTranslation(NAMESPACE);
  const textOf = useErrorText();
  const [typed, setTyped] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState(first);
  const go = async (): Promise<void> => {
    setIsBusy(true);
    try {
      await onPin(typed);
    } catch (cause) {
      setError(asDoorError(cause));
      setTyped('');
    }
    setIsBusy(false);
  };
  return (
    <section className={styles.pin}>
      <h1 className={styles.heading}>{t(isNew ? 'choose' : 'pin')}</h1>
      <p className={styles.lead}>{t(isNew ? 'chooseLead' : 'pinLead')}</p>
      <Typed label={t('pin')} text={isNew ? typed : '•'.repeat(typed.length)} hint="······" isFigures />
      <p className={styles.problem} role="alert">
        {error === undefined
          ? isMissing
            ? textOf(new DoorError('technician_pin_missing'))
            : ''
          : textOf(error)}
      </p>
      <Keypad
        typed={typed}
        lengthMax={PIN_LENGTH_MAX}
        onType={(next) => {
          setTyped(next);
          setError(undefined);
        }}
      />
      <div className={styles.go}>
        <BigButton
          kind="primary"
          busy={isBusy}
          disabled={typed.length < PIN_LENGTH_MIN}
          onPress={() => void go()}
        >
          {t(isNew ? 'save' : 'enter')}
        </BigButton>
      </div>
    </section>
  );
}
