/** A page inside the frame: what it asks above, what can be touched below. In low reach only the upper part is far away. */
import { type ReactNode, useEffect, useRef } from 'react';
import styles from './frame.module.css';

export interface PageProps {
  readonly heading: string;
  readonly lead?: string;
  /** Beneath the lead, in the upper part. */
  readonly more?: ReactNode;
  /** On a screen that lies on its side: the upper part on the left, the controls on the right. */
  readonly isSplit?: boolean;
  readonly children: ReactNode;
}

/** A page. Its heading takes the focus when the page comes, so that a screen reader reads on from there. */
export function Page({ heading, lead, more, isSplit = false, children }: PageProps) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus({ preventScroll: true }), []);
  return (
    <main className={styles.page} data-split={isSplit || undefined}>
      <div className={styles.head}>
        <h1 ref={title} tabIndex={-1} className={styles.heading}>
          {heading}
        </h1>
        {lead === undefined ? null : <p className={styles.lead}>{lead}</p>}
        {more}
      </div>
      <div className={styles.controls}>{children}</div>
    </main>
  );
}
