/** How a kiosk looks in the colours that are typed: they are moved until every text on them can be read. */
import { PALETTES, themedPalette } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import { type Draft, valueAt } from '../forms/field.ts';
import { Card } from '../parts/page.tsx';
import css from './company.module.css';

export function BrandPreview({ draft }: { readonly draft: Draft }) {
  const { t } = useTranslation();
  const theme = valueAt(draft, 'theme');
  const colours = typeof theme === 'object' && theme !== null ? (theme as Record<string, string>) : {};
  const palette = themedPalette(PALETTES.light, colours);
  return (
    <Card title={t('branding.preview')} lead={t('branding.previewLead')}>
      <div
        className={css.kiosk}
        role="img"
        aria-label={t('branding.previewPicture')}
        style={{ background: palette.paper, color: palette.ink }}
      >
        <strong>{String(draft.name ?? '')}</strong>
        <span style={{ color: palette.inkSoft }}>{t('branding.previewHint')}</span>
        <span className={css.kioskCard} style={{ background: palette.surface, borderColor: palette.line }}>
          <b style={{ color: palette.accent }}>A012</b>
        </span>
        <span className={css.kioskButton} style={{ background: palette.accent, color: palette.onAccent }}>
          {t('branding.previewButton')}
        </span>
      </div>
    </Card>
  );
}
