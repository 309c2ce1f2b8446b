/** "Why this one?" below the ticket in hand: closed until somebody asks. */
import { IconScale } from '@tabler/icons-react';
import type { CallRow } from '@totem/domain';
import { useFormat } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import css from './desk.module.css';
import { whyLines } from './why.ts';

interface WhyNoteProps {
  readonly call: CallRow;
  readonly timezone: string;
  codeOf(ticketId: string): string | undefined;
}

export function WhyNote({ call, timezone, codeOf }: WhyNoteProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const timeOf = (instant: string) => format.time(Date.parse(instant), timezone);
  const { why } = call;
  const lines = whyLines(why, codeOf, timeOf);
  return (
    <details className={css.why}>
      <summary>
        <IconScale size={18} aria-hidden /> {t('why.ask')}
      </summary>
      <ul>
        {lines.map(({ key, params }) => (
          <li key={key}>{t(`why.${key}`, params)}</li>
        ))}
        {why.policy !== 'by_hand' && why.policy !== 'recall' && (
          <li className={css.whyRule}>
            {t('why.rule', { policy: t(`why.policy_${why.policy}`), version: why.policyVersion })} ·{' '}
            {t('why.candidates', { count: why.candidates })}
          </li>
        )}
      </ul>
    </details>
  );
}
