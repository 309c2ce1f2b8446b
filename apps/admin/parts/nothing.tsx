/** There is nothing here, and that is in order: what would be here, and the way to the first. */
import { IconInbox } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import css from './parts.module.css';

interface NothingProps {
  readonly title: string;
  readonly hint?: string | undefined;
  readonly children?: ReactNode;
}

export function Nothing({ title, hint, children }: NothingProps) {
  return (
    <div className={css.empty}>
      <span className={css.emptyIcon} aria-hidden>
        <IconInbox size={28} stroke={1.5} />
      </span>
      <p className={css.emptyTitle}>{title}</p>
      {hint !== undefined && <p className={css.emptyHint}>{hint}</p>}
      {children}
    </div>
  );
}
