/** A QR code as a picture that is sharp at any size, drawn on the spot: a kiosk asks nobody for it. */
import { create } from 'qrcode';
import { useMemo } from 'react';
import styles from './qr-code.module.css';

/** White around the code, in modules (ISO/IEC 18004 section 6.3.8 asks for 4). */
const QUIET_MODULES = 4;

export interface QrCodeProps {
  readonly text: string;
  /** What it is for, for who cannot see it. */
  readonly label: string;
}

/** The code of a text at error correction M. Fills the width of its place. */
export function QrCode({ text, label }: QrCodeProps) {
  const { side, path } = useMemo(() => drawn(text), [text]);
  return (
    <svg className={styles.code} viewBox={`0 0 ${side} ${side}`} role="img" aria-label={label}>
      <path d={path} fill="currentcolor" />
    </svg>
  );
}

/** A path of one square for each run of dark modules. */
function drawn(text: string): { side: number; path: string } {
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  const runs: string[] = [];
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      if (!modules.get(row, column)) continue;
      const start = column;
      while (column + 1 < modules.size && modules.get(row, column + 1)) column += 1;
      const width = column - start + 1;
      runs.push(`M${start + QUIET_MODULES} ${row + QUIET_MODULES}h${width}v1h-${width}z`);
    }
  }
  return { side: modules.size + 2 * QUIET_MODULES, path: runs.join('') };
}
