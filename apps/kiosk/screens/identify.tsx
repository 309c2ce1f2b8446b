/** Asks who the customer is, where the tenant wants it, and takes no for an answer. */
import { CPF_DIGITS, formatCpf, parseCpf } from '@totem/domain';
import { BigButton } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import { Page } from '../frame/page.tsx';
import { Keypad, Typed } from '../keys/keyboard.tsx';
import styles from './identify.module.css';

export interface IdentifyProps {
  readonly digits: string;
  readonly onType: (digits: string) => void;
  /** Digits of a CPF whose check digits hold, or null for none. */
  readonly onDone: (document: string | null) => void;
}

/** The page of the CPF. A number that does not hold cannot be given, and says so when it is complete. */
export function Identify({ digits, onType, onDone }: IdentifyProps) {
  const { t } = useTranslation();
  const isWrong = digits.length === CPF_DIGITS && parseCpf(digits) === undefined;
  const document = parseCpf(digits);
  const typed = (
    <>
      <Typed
        label={t('identify.typed')}
        text={formatCpf(digits)}
        isWrong={isWrong}
        isFigures
        hint="___.___.___-__"
      />
      <p className={styles.wrong} role="alert">
        {isWrong ? t('identify.wrong') : ''}
      </p>
    </>
  );
  return (
    <Page heading={t('identify.heading')} lead={t('identify.lead')} more={typed} isSplit>
      <Keypad typed={digits} lengthMax={CPF_DIGITS} onType={onType} />
      <div className={styles.ways}>
        <BigButton onPress={() => onDone(null)}>{t('identify.skip')}</BigButton>
        <BigButton
          kind="primary"
          disabled={document === undefined}
          onPress={() => (document === undefined ? undefined : onDone(document))}
        >
          {t('identify.go')}
        </BigButton>
      </div>
    </Page>
  );
}
