/** What a technician who has come in sees and does: the state of each part, the printer, the tests, and the ways out. */
import {
  IconAlertTriangle,
  IconCheck,
  IconHelp,
  IconPrinter,
  IconScan,
  IconSearch,
  IconVolume,
  IconX,
} from '@tabler/icons-react';
import { ERRORS, type ErrorCode, errorText, type Locale } from '@totem/domain';
import { asDoorError, BigButton, chime, useErrorText, useLocale } from '@totem/ui';
import type { TFunction } from 'i18next';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { About, AboutPart, Printers, TechnicianAgent, TestPrint } from './agent.ts';
import { Doubts } from './doubts.tsx';
import { Means } from './means.tsx';
import styles from './technician.module.css';

const NAMESPACE = 'technician';
const AGAIN_MS = 3_000;
/** A page of the database, in bytes. */
const PAGE_BYTES = 4_096;
const MEGABYTE = 1_000_000;

export interface DeskProps {
  readonly agent: TechnicianAgent;
  /** The session has ended: the PIN is asked for again. */
  readonly onOver: () => void;
}

export function Desk({ agent, onOver }: DeskProps) {
  const { t } = useTranslation(NAMESPACE);
  const textOf = useErrorText();
  const [about, setAbout] = useState<About>();
  const [problem, setProblem] = useState('');
  const onOverNow = useRef(onOver);
  onOverNow.current = onOver;
  /** Runs what was asked for; what goes wrong is said, and a session that has ended ends the page. */
  const run = useCallback(
    async <T,>(work: () => Promise<T>): Promise<T | undefined> => {
      try {
        const done = await work();
        setProblem('');
        return done;
      } catch (error) {
        if (asDoorError(error).code === 'technician_session_over') onOverNow.current();
        setProblem(textOf(error));
        return undefined;
      }
    },
    [textOf],
  );
  const look = useCallback(async () => {
    const found = await run(() => agent.about());
    if (found !== undefined) setAbout(found);
  }, [agent, run]);
  useEffect(() => {
    void look();
    const timer = setInterval(() => void look(), AGAIN_MS);
    return () => clearInterval(timer);
  }, [look]);
  return (
    <>
      <h1 className={styles.heading}>{t('title')}</h1>
      {about === undefined ? null : <p className={styles.who}>{who(t, about)}</p>}
      <p className={styles.problem} role="alert">
        {problem}
      </p>
      <section aria-label={t('state')}>
        <h2 className={styles.section}>{t('state')}</h2>
        <ul className={styles.parts}>
          {about === undefined
            ? null
            : about.parts.map((part) => <Part key={part.part} part={part} about={about} />)}
        </ul>
      </section>
      <Doubts agent={agent} run={run} />
      <PrinterChooser agent={agent} run={run} inUse={about?.printer.choice ?? null} onChosen={look} />
      <Means agent={agent} run={run} means={about?.means ?? []} onTried={look} />
      <Tests agent={agent} run={run} />
    </>
  );
}

type Words = TFunction<typeof NAMESPACE>;

const who = (t: Words, { device }: About): string =>
  t('who', { site: device.siteName ?? '—', lane: device.lane, version: device.appVersion || '—' });

const MARKS: Readonly<Record<AboutPart['state'], ReactNode>> = {
  ok: <IconCheck stroke={2.4} />,
  warning: <IconAlertTriangle stroke={1.9} />,
  fault: <IconX stroke={2.4} />,
  unknown: <IconHelp stroke={1.9} />,
};

function Part({ part, about }: { readonly part: AboutPart; readonly about: About }) {
  const { t } = useTranslation(NAMESPACE);
  const { locale } = useLocale();
  return (
    <li className={styles.part} data-state={part.state}>
      <span className={styles.mark} aria-hidden="true">
        {MARKS[part.state]}
      </span>
      <span className={styles.name}>{t(`parts.${part.part}`)}</span>
      <span className={styles.word}>{t(`states.${part.state}`)}</span>
      <span className={styles.detail}>{detailOf(t, locale, part, about)}</span>
    </li>
  );
}

/** What is worth reading of a part: why, or how much. */
function detailOf(t: Words, locale: Locale, { part, detail }: AboutPart, about: About): string {
  const code = [detail.cause, detail.code].find((value) => typeof value === 'string');
  if (part !== 'ledger' && typeof code === 'string') {
    return Object.hasOwn(ERRORS, code) ? errorText(code as ErrorCode, locale) : code;
  }
  if (part === 'ledger') return t('pending', { count: about.ledger.pending, seq: about.ledger.seq });
  if (part === 'clock') return t('offset', { seconds: Math.round(about.clock.offsetMs / 1_000) });
  const megabytes = ((about.disk.databasePages * PAGE_BYTES) / MEGABYTE).toFixed(1);
  return part === 'disk' ? t('size', { size: megabytes }) : '';
}

type Run = <T>(work: () => Promise<T>) => Promise<T | undefined>;

interface ChooserProps {
  readonly agent: TechnicianAgent;
  readonly run: Run;
  readonly inUse: { readonly way: string; readonly profileId: string } | null;
  readonly onChosen: () => Promise<void>;
}

function PrinterChooser({ agent, run, inUse, onChosen }: ChooserProps) {
  const { t } = useTranslation(NAMESPACE);
  const [printers, setPrinters] = useState<Printers>();
  const [isBusy, setIsBusy] = useState(false);
  const [way, setWay] = useState<string>();
  const [profileId, setProfileId] = useState<string>();
  const search = async (): Promise<void> => {
    setIsBusy(true);
    setPrinters(await run(() => agent.printers()));
    setIsBusy(false);
  };
  const use = async (): Promise<void> => {
    if (way === undefined || profileId === undefined) return;
    await run(() => agent.choosePrinter({ way, profileId }));
    await onChosen();
  };
  return (
    <section aria-label={t('printer')}>
      <h2 className={styles.section}>{t('printer')}</h2>
      <p className={styles.detail}>{inUse === null ? t('asStarted') : t('inUse', { way: inUse.way })}</p>
      <div className={styles.row}>
        <BigButton icon={<IconSearch stroke={1.8} />} busy={isBusy} onPress={() => void search()}>
          {t(isBusy ? 'searching' : 'search')}
        </BigButton>
      </div>
      {printers === undefined ? null : (
        <>
          <Choice
            label={t('found')}
            empty={t('none')}
            options={printers.found.map((one) => ({ id: one.way, name: one.name, note: one.way }))}
            chosen={way}
            onChoose={setWay}
          />
          <Choice
            label={t('profile')}
            empty=""
            options={printers.profiles}
            chosen={profileId}
            onChoose={setProfileId}
          />
          <div className={styles.row}>
            <BigButton
              kind="primary"
              disabled={way === undefined || profileId === undefined}
              onPress={() => void use()}
            >
              {t('use')}
            </BigButton>
          </div>
        </>
      )}
    </section>
  );
}

interface Option {
  readonly id: string;
  readonly name: string;
  readonly note?: string;
}

function Choice({
  label,
  empty,
  options,
  chosen,
  onChoose,
}: {
  readonly label: string;
  readonly empty: string;
  readonly options: readonly Option[];
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}) {
  return (
    <fieldset className={styles.choice}>
      <legend className={styles.legend}>{label}</legend>
      {options.length === 0 ? <p className={styles.detail}>{empty}</p> : null}
      {options.map(({ id, name, note }) => (
        <label key={id} className={styles.option}>
          <input type="radio" name={label} checked={id === chosen} onChange={() => onChoose(id)} />
          <span>{name}</span>
          {note === undefined || note === name ? null : <span className={styles.note}>{note}</span>}
        </label>
      ))}
    </fieldset>
  );
}

function Tests({ agent, run }: { readonly agent: TechnicianAgent; readonly run: Run }) {
  const { t } = useTranslation(NAMESPACE);
  const { locale } = useLocale();
  const [test, setTest] = useState<TestPrint>();
  const [isBusy, setIsBusy] = useState(false);
  const [saved, setSaved] = useState('');
  const [isSure, setIsSure] = useState(false);
  const print = async (): Promise<void> => {
    setIsBusy(true);
    setTest(await run(() => agent.testPrint(locale)));
    setIsBusy(false);
  };
  const [scanned, setScanned] = useState<string | null>();
  const [isScanning, setIsScanning] = useState(false);
  const scan = async (): Promise<void> => {
    setIsScanning(true);
    setScanned(await run(() => agent.scan()));
    setIsScanning(false);
  };
  const sound = (): void => {
    void chime();
    void run(() => agent.soundTried());
  };
  const save = async (): Promise<void> => setSaved((await run(() => agent.takeLogs()))?.path ?? '');
  return (
    <section aria-label={t('tests')}>
      <h2 className={styles.section}>{t('tests')}</h2>
      <div className={styles.row}>
        <BigButton icon={<IconPrinter stroke={1.8} />} busy={isBusy} onPress={() => void print()}>
          {t('testPrint')}
        </BigButton>
        <BigButton icon={<IconVolume stroke={1.8} />} onPress={sound}>
          {t('testSound')}
        </BigButton>
        <BigButton icon={<IconScan stroke={1.8} />} busy={isScanning} onPress={() => void scan()}>
          {t(isScanning ? 'scanning' : 'testScanner')}
        </BigButton>
      </div>
      <p className={styles.detail} role="status">
        {test?.outcome == null ? '' : t(`outcome.${test.outcome.kind}`)}{' '}
        {scanned === undefined ? '' : scanned === null ? t('notScanned') : t('scanned', { reading: scanned })}
      </p>
      {test?.preview == null ? null : (
        <figure className={styles.preview}>
          <figcaption className={styles.legend}>{t('preview')}</figcaption>
          <img src={`data:image/svg+xml;utf8,${encodeURIComponent(test.preview)}`} alt={t('preview')} />
        </figure>
      )}
      <div className={styles.row}>
        <BigButton onPress={() => void save()}>{t('logs')}</BigButton>
        <BigButton
          kind="quiet"
          onPress={() => (isSure ? void run(() => agent.leaveKiosk()) : setIsSure(true))}
        >
          {t(isSure ? 'leaveSure' : 'leave')}
        </BigButton>
      </div>
      <p className={styles.detail} role="status">
        {saved === '' ? '' : t('logsAt', { path: saved })}
      </p>
    </section>
  );
}
