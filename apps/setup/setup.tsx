/** The technician's screen of the first start: the code, the comparison, and then it makes way for the kiosk. */

import { IconCircleCheck, IconRefresh } from '@tabler/icons-react';
import { type ErrorCode, epochMsOf, errorText, type InstantText } from '@totem/domain';
import { BigButton, LanguagePicker, LoadingState, TotemProvider, useLocale } from '@totem/ui';
import type { i18n as I18n } from 'i18next';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Agent, SetupState } from './agent.ts';
import { CodeEntry } from './code-entry.tsx';
import './setup.css';
import styles from './setup.module.css';
import { type SetupInUse, useSetup } from './use-setup.ts';

const SECOND_MS = 1_000;
const STEPS: Readonly<Record<SetupState['step'], number>> = { code: 1, showing: 1, waiting: 2, done: 3 };

interface SetupProps {
  readonly i18n: I18n;
  readonly agent: Agent;
  /** The totem is there for its customers. */
  onServing(): void;
}

export function Setup({ i18n, agent, onServing }: SetupProps) {
  return (
    <TotemProvider i18n={i18n}>
      <Page setup={useSetup(agent, onServing)} />
    </TotemProvider>
  );
}

function Page({ setup }: { readonly setup: SetupInUse }) {
  const { t } = useTranslation();
  const { state, isLost } = setup;
  return (
    <main className={styles.page}>
      <header className={styles.top}>
        <span className={styles.mark}>Totem</span>
        <LanguagePicker />
      </header>
      <section className={styles.body}>
        {state === undefined ? (
          <LoadingState />
        ) : (
          <>
            <p className={styles.step}>{t('step', { step: STEPS[state.step] })}</p>
            <Step state={state} setup={setup} />
          </>
        )}
      </section>
      <p role="status" className={styles.lost}>
        {isLost ? t('lost') : ''}
      </p>
    </main>
  );
}

function Step({ state, setup }: { readonly state: SetupState; readonly setup: SetupInUse }) {
  switch (state.step) {
    case 'code':
    case 'showing':
      return <CodeStep state={state} onShow={setup.show} />;
    case 'waiting':
      return <WaitingStep {...state} onAgain={setup.again} />;
    case 'done':
      return <DoneStep {...state} />;
    default:
      return state satisfies never;
  }
}

function Heading({ children, lead }: { readonly children: ReactNode; readonly lead: string }) {
  return (
    <>
      <h1 className={styles.heading}>{children}</h1>
      <p className={styles.lead}>{lead}</p>
    </>
  );
}

type CodeState = Extract<SetupState, { step: 'code' | 'showing' }>;

function CodeStep({ state, onShow }: { readonly state: CodeState; onShow(code: string): void }) {
  const { t } = useTranslation();
  const problem = state.step === 'code' ? state.problem : null;
  const retryAfter = state.step === 'code' ? state.retryAfter : null;
  return (
    <>
      <Heading lead={t('code.lead')}>{t('code.heading')}</Heading>
      <CodeEntry
        busy={state.step === 'showing'}
        problem={problem === null ? null : <Problem code={problem} retryAfter={retryAfter} />}
        onShow={onShow}
      />
    </>
  );
}

function Problem({ code, retryAfter }: { readonly code: ErrorCode; readonly retryAfter: number | null }) {
  const { t } = useTranslation();
  const { locale } = useLocale();
  const seconds = retryAfter ?? 0;
  return (
    <>
      {errorText(code, locale, { seconds })}
      {seconds > 0 && code !== 'too_many_requests' ? ` ${t('retryIn', { count: seconds })}` : null}
    </>
  );
}

type Waiting = Extract<SetupState, { step: 'waiting' }>;

function WaitingStep({ fingerprint, expiresAt, isReached, onAgain }: Waiting & { onAgain(): void }) {
  const { t } = useTranslation();
  return (
    <>
      <Heading lead={t('waiting.lead')}>{t('waiting.heading')}</Heading>
      <div className={styles.print}>
        <span className={styles.label}>{t('waiting.label')}</span>
        <strong className={styles.fingerprint}>
          {fingerprint.split('-').map((group) => (
            <span key={group}>{group}</span>
          ))}
        </strong>
        <Countdown until={expiresAt} />
      </div>
      <p role="status" className={styles.problem}>
        {isReached ? '' : t('waiting.unreached')}
      </p>
      <div className={styles.row}>
        <BigButton icon={<IconRefresh stroke={1.7} />} onPress={onAgain}>
          {t('waiting.again')}
        </BigButton>
      </div>
    </>
  );
}

/** What is left, in minutes and seconds. */
function Countdown({ until }: { readonly until: InstantText }) {
  const { t } = useTranslation();
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.ceil((epochMsOf(until) - now) / SECOND_MS));
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return (
    <span className={styles.left}>{seconds === 0 ? t('waiting.over') : t('waiting.left', { time })}</span>
  );
}

function DoneStep({ siteName, identifier }: Extract<SetupState, { step: 'done' }>) {
  const { t } = useTranslation();
  return (
    <div className={styles.done}>
      <IconCircleCheck className={styles.check} stroke={1.4} aria-hidden />
      <Heading lead={t('done.lead', { identifier, site: siteName })}>{t('done.heading')}</Heading>
      <LoadingState title={t('done.starting')} />
    </div>
  );
}
