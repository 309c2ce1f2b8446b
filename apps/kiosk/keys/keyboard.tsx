/**
 * Keys on the screen. They are quicker than the other buttons: nobody chooses anything with a second tap here, and who types a
 * double letter must not wait. What is typed is the page's; a key knows only what it adds.
 */
import { UnstyledButton } from '@mantine/core';
import { IconBackspace } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './keys.module.css';

/** The signs of an appointment's code, eight in a row and where a keyboard has them. */
const CODE_ROWS = ['23456789', 'QWERTYUP', 'ASDFGHJK', 'ZXCVBNM'] as const;
const LETTERS = ['QWERTYUIOP', 'ASDFGHJKL', 'ZXCVBNM'] as const;
const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

interface KeysProps {
  readonly typed: string;
  readonly onType: (typed: string) => void;
  readonly lengthMax: number;
}

/** Letters without accents: what is searched for is found without them. */
export function Keyboard({ typed, onType, lengthMax }: KeysProps) {
  const { t } = useTranslation();
  const add = (text: string): void => onType((typed + text).slice(0, lengthMax));
  return (
    <fieldset className={styles.rows} aria-label={t('search.keyboard')}>
      {LETTERS.map((row) => (
        <div key={row} className={styles.row}>
          {[...row].map((letter) => (
            <Key key={letter} onPress={() => add(letter.toLowerCase())}>
              {letter}
            </Key>
          ))}
        </div>
      ))}
      <div className={styles.row}>
        <Key isWide onPress={() => add(' ')}>
          {t('search.space')}
        </Key>
        <Key isWide onPress={() => onType(typed.slice(0, -1))}>
          {t('search.erase')}
        </Key>
      </div>
    </fieldset>
  );
}

/** Letters and figures of a code, without those that look alike. */
export function CodePad({ typed, onType, lengthMax }: KeysProps) {
  const { t } = useTranslation();
  const add = (sign: string): void => onType((typed + sign).slice(0, lengthMax));
  return (
    <fieldset className={styles.code} aria-label={t('checkIn.keypad')}>
      {[...CODE_ROWS.join('')].map((sign) => (
        <Key key={sign} onPress={() => add(sign)}>
          {sign}
        </Key>
      ))}
      <Key label={t('identify.erase')} onPress={() => onType(typed.slice(0, -1))}>
        <IconBackspace aria-hidden stroke={1.7} />
      </Key>
    </fieldset>
  );
}

/** Figures, as on a telephone. */
export function Keypad({ typed, onType, lengthMax }: KeysProps) {
  const { t } = useTranslation();
  const add = (digit: string): void => onType((typed + digit).slice(0, lengthMax));
  return (
    <fieldset className={styles.pad} aria-label={t('identify.keypad')}>
      {DIGITS.map((digit) => (
        <Key key={digit} onPress={() => add(digit)}>
          {digit}
        </Key>
      ))}
      <span />
      <Key onPress={() => add('0')}>0</Key>
      <Key label={t('identify.erase')} onPress={() => onType(typed.slice(0, -1))}>
        <IconBackspace aria-hidden stroke={1.7} />
      </Key>
    </fieldset>
  );
}

interface KeyProps {
  readonly onPress: () => void;
  readonly children: ReactNode;
  readonly label?: string;
  readonly isWide?: boolean;
}

function Key({ onPress, children, label, isWide }: KeyProps) {
  return (
    <UnstyledButton
      className={styles.key}
      aria-label={label}
      data-wide={isWide || undefined}
      onClick={onPress}
    >
      {children}
    </UnstyledButton>
  );
}

export interface TypedProps {
  readonly label: string;
  readonly text: string;
  /** Shown while nothing is typed. */
  readonly hint?: string;
  readonly isWrong?: boolean;
  readonly isFigures?: boolean;
}

/** What was typed so far. It is said as it grows. */
export function Typed({ label, text, hint, isWrong, isFigures }: TypedProps) {
  return (
    <p
      className={styles.typed}
      data-tone={isWrong === true ? 'bad' : undefined}
      data-figures={isFigures || undefined}
      aria-live="polite"
    >
      <span hidden>{label}</span>
      {text === '' ? <span className={styles.hint}>{hint}</span> : text}
      <span className={styles.caret} aria-hidden="true" />
    </p>
  );
}
