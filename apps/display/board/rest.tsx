/** What the screen shows when there is no call to show: it rests, waits or asks for help, always on purpose. */
import type { ReactNode } from 'react';
import css from './board.module.css';

interface RestProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly hint?: string | undefined;
}

export function Rest({ icon, title, hint }: RestProps) {
  return (
    <div role="status" aria-label={title} className={`${css.rest} ${css.whole}`}>
      <div className={css.restIcon} aria-hidden>
        {icon}
      </div>
      <p className={css.restTitle}>{title}</p>
      {hint !== undefined && <p className={css.restHint}>{hint}</p>}
    </div>
  );
}
