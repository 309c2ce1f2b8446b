/** A ticket as it will come out: what the layout says, around what every ticket says. */
import { QrCode } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import { type Draft, valueAt } from '../forms/field.ts';
import { Card } from '../parts/page.tsx';
import css from './company.module.css';

const NARROW_MM = 58;

export function PrintPreview({ draft }: { readonly draft: Draft }) {
  const { t } = useTranslation();
  const lines = (path: string): readonly string[] => {
    const value = valueAt(draft, path);
    return Array.isArray(value) ? value.filter((line): line is string => typeof line === 'string') : [];
  };
  const copies = Number(valueAt(draft, 'layout.copies') ?? 1);
  const isTicket = draft.kind === 'ticket';
  return (
    <Card title={t('print.preview')} lead={t('print.previewLead')}>
      <div
        className={css.paper}
        data-narrow={valueAt(draft, 'layout.paperWidthMm') === NARROW_MM || undefined}
        role="img"
        aria-label={t('print.previewPicture', {
          lines: [...lines('layout.header'), ...lines('layout.footer')].join(', '),
        })}
      >
        <Lines lines={lines('layout.header')} />
        {isTicket ? (
          <>
            <p className={css.paperCode}>A012</p>
            <p>{t('print.sampleService')}</p>
            {valueAt(draft, 'layout.showsWait') === true && <p>{t('print.sampleWait')}</p>}
            {valueAt(draft, 'layout.showsQr') === true && (
              <div className={css.paperQr}>
                <QrCode text="https://example.com/t/A012" label={t('print.sampleQr')} />
              </div>
            )}
          </>
        ) : (
          <p className={css.paperCode}>R$ 49,90</p>
        )}
        <Lines lines={lines('layout.footer')} />
      </div>
      {copies > 1 && <p className={css.copies}>{t('print.copies', { count: copies })}</p>}
    </Card>
  );
}

function Lines({ lines }: { readonly lines: readonly string[] }) {
  // biome-ignore lint/suspicious/noArrayIndexKey: a line of paper is known by its place, and two may say the same.
  return lines.map((line, index) => <p key={index}>{line === '' ? ' ' : line}</p>);
}
