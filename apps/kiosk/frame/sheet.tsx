/** A sheet that rises from the bottom edge, where everybody can reach it, and holds the keyboard until it is answered. */
import { type ReactNode, useEffect, useId, useRef } from 'react';
import styles from './sheet.module.css';

export interface SheetProps {
  readonly heading: string;
  readonly children: ReactNode;
  /** A touch beside the sheet, or the escape key. */
  readonly onLeave: () => void;
  /** Interrupts: read out at once. */
  readonly isUrgent?: boolean;
}

/** Shows a sheet for as long as it is mounted. */
export function Sheet({ heading, children, onLeave, isUrgent = false }: SheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const headingId = useId();
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the escape key is the keyboard's way out, as `onCancel`.
    <dialog
      ref={dialog}
      className={styles.sheet}
      role={isUrgent ? 'alertdialog' : undefined}
      aria-labelledby={headingId}
      onCancel={(event) => {
        event.preventDefault();
        onLeave();
      }}
      onClick={(event) => {
        // Only the backdrop is the dialog itself; everything on the sheet lies inside.
        if (event.target === event.currentTarget) onLeave();
      }}
    >
      <div className={styles.inside}>
        <h2 id={headingId} className={styles.heading}>
          {heading}
        </h2>
        {children}
      </div>
    </dialog>
  );
}
