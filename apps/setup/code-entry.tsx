/** Typing the code: on the screen's own keys, or on a keyboard that somebody has plugged in. */

import { IconBackspace } from '@tabler/icons-react';
import { CROCKFORD_ALPHABET, crockfordRead, inGroups, PAIRING_CODE_LENGTH } from '@totem/domain';
import { BigButton } from '@totem/ui';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './setup.module.css';

interface CodeEntryProps {
  readonly busy: boolean;
  /** Why the code before was not taken. */
  readonly problem: ReactNode;
  onShow(code: string): void;
}

export function CodeEntry({ busy, problem, onShow }: CodeEntryProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [wasSent, setWasSent] = useState(false);
  const isWhole = typed.length === PAIRING_CODE_LENGTH;
  const type = (text: string): void => {
    if (busy) return;
    const read = crockfordRead(text) ?? '';
    setWasSent(false);
    // A code that was refused makes way for the next one.
    setTyped((before) => (wasSent ? read : before + read).slice(0, PAIRING_CODE_LENGTH));
  };
  const erase = (): void => {
    if (busy) return;
    setWasSent(false);
    setTyped((before) => before.slice(0, -1));
  };
  const go = (): void => {
    if (!isWhole || busy) return;
    setWasSent(true);
    onShow(typed);
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === 'Backspace') erase();
      else if (event.key === 'Enter' && event.target === document.body) go();
      else if (event.key.length === 1) type(event.key);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
  return (
    <>
      <div className={styles.typed} data-bad={problem !== null || undefined}>
        <span className={styles.label}>{t('code.label')}</span>
        <output className={styles.signs} aria-label={typed === '' ? t('code.empty') : inGroups(typed)}>
          {Array.from({ length: PAIRING_CODE_LENGTH }, (_, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a place in the code is its key.
            <span key={place} className={styles.sign} data-next={place === typed.length || undefined}>
              {typed[place] ?? ''}
            </span>
          ))}
        </output>
      </div>
      <div role="alert" className={styles.problem}>
        {problem}
      </div>
      <fieldset className={styles.keys} aria-label={t('code.keys')}>
        {[...CROCKFORD_ALPHABET].map((sign) => (
          // Quicker than the other buttons: who types a double sign must not wait.
          <button key={sign} type="button" className={styles.key} onClick={() => type(sign)}>
            {sign}
          </button>
        ))}
      </fieldset>
      <div className={styles.row}>
        <BigButton icon={<IconBackspace stroke={1.7} />} disabled={typed === ''} onPress={erase}>
          {t('code.erase')}
        </BigButton>
        <BigButton kind="primary" busy={busy} disabled={!isWhole} onPress={go}>
          {t('code.go')}
        </BigButton>
      </div>
    </>
  );
}
