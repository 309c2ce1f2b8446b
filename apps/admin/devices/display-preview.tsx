/** How a display will look, as it hangs: where calls, last calls, pictures and the clock stand. */
import { useTranslation } from 'react-i18next';
import type { Draft } from '../forms/field.ts';
import { Card } from '../parts/page.tsx';
import css from './devices.module.css';

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Places in a screen of 160 by 90, or of 90 by 160. */
const PLACES: Readonly<
  Record<'calls' | 'media', Readonly<Record<'lying' | 'upright', { call: Box; recent: Box; media?: Box }>>>
> = {
  calls: {
    lying: {
      call: { x: 4, y: 14, width: 98, height: 72 },
      recent: { x: 105, y: 14, width: 51, height: 72 },
    },
    upright: {
      call: { x: 4, y: 14, width: 82, height: 78 },
      recent: { x: 4, y: 96, width: 82, height: 60 },
    },
  },
  media: {
    lying: {
      media: { x: 4, y: 14, width: 71, height: 40 },
      call: { x: 78, y: 14, width: 78, height: 72 },
      recent: { x: 4, y: 57, width: 71, height: 29 },
    },
    upright: {
      media: { x: 4, y: 14, width: 82, height: 46 },
      call: { x: 4, y: 63, width: 82, height: 62 },
      recent: { x: 4, y: 128, width: 82, height: 28 },
    },
  },
};

/** Of the last calls. */
const LINES = [0, 1, 2, 3, 4] as const;

export function DisplayPreview({ draft }: { readonly draft: Draft }) {
  const { t } = useTranslation();
  const isUpright = draft.turn === 'left' || draft.turn === 'right';
  const [width, height] = isUpright ? [90, 160] : [160, 90];
  const layout = draft.layout === 'media' ? 'media' : 'calls';
  const { call, recent, media } = PLACES[layout][isUpright ? 'upright' : 'lying'];
  const lines = layout === 'media' ? 3 : 5;
  const lineHeight = recent.height / lines;
  return (
    <Card title={t('display.preview')} lead={t('display.previewLead')}>
      <svg
        className={css.preview}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={t('display.previewPicture')}
      >
        <rect width={width} height={height} rx="3" fill="#10141a" />
        <rect x="4" y="5" width="34" height="4.5" rx="1" fill="#f2f4f7" />
        {draft.showsClock !== false && (
          <text x={width - 4} y="10" textAnchor="end" fontSize="6.5" fontWeight="600" fill="#f2f4f7">
            10:42
          </text>
        )}
        {media !== undefined && (
          <g>
            <rect {...media} rx="2" fill="#000" stroke="#3a424e" strokeWidth="0.5" />
            <path
              d={`M ${media.x + media.width / 2 - 5} ${media.y + media.height / 2 - 6} l 11 6 l -11 6 z`}
              fill="#8b95a5"
            />
          </g>
        )}
        <CallBox box={call} />
        {LINES.slice(0, lines).map((line) => (
          <g key={line}>
            <rect
              x={recent.x}
              y={recent.y + line * lineHeight}
              width={recent.width}
              height={lineHeight - 1.5}
              rx="1.2"
              fill="#1b222c"
            />
            <rect
              x={recent.x + 3}
              y={recent.y + line * lineHeight + (lineHeight - 1.5) / 2 - 1}
              width="14"
              height="2"
              rx="0.6"
              fill="#c4ccd8"
            />
          </g>
        ))}
      </svg>
    </Card>
  );
}

function CallBox({ box }: { readonly box: Box }) {
  const foot = box.height * 0.36;
  const middle = box.x + box.width / 2;
  return (
    <g>
      <rect {...box} rx="2" fill="#1b222c" />
      <rect x={box.x} y={box.y + box.height - foot} width={box.width} height={foot} rx="2" fill="#6cb2ff" />
      <text
        x={middle}
        y={box.y + (box.height - foot) * 0.72}
        textAnchor="middle"
        fontSize={box.height * 0.34}
        fontWeight="800"
        fill="#f2f4f7"
      >
        A012
      </text>
      <text
        x={middle}
        y={box.y + box.height - foot * 0.34}
        textAnchor="middle"
        fontSize={foot * 0.56}
        fontWeight="800"
        fill="#0c1118"
      >
        3
      </text>
    </g>
  );
}
