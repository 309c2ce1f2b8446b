/**
 * The button of screens that are touched, large and round. Its name is its label; icons are decoration.
 */
import type { ReactNode } from 'react';
import styles from './big-button.module.css';
import { Pressable } from './pressable.tsx';

/** `primary`: the one thing to do here. `plain`: other things to do. `quiet`: ways out. */
export const BUTTON_KINDS = ['primary', 'plain', 'quiet'] as const;
export type ButtonKind = (typeof BUTTON_KINDS)[number];

export interface BigButtonProps {
  readonly onPress: () => void;
  readonly children: ReactNode;
  readonly kind?: ButtonKind;
  /** Drawn before the label. */
  readonly icon?: ReactNode;
  /** Seen and read, but not to be had now. */
  readonly disabled?: boolean;
  /** Waiting for an answer: says so to screen readers and lets nothing through. */
  readonly busy?: boolean;
  /** Pressed or not, for a button that switches something. */
  readonly pressed?: boolean;
  /** For screen readers, where the label says too little. Contains the label. */
  readonly label?: string;
  /** The language of the label, where it is not the page's. */
  readonly lang?: string;
}

/** A large button. */
export function BigButton(props: BigButtonProps) {
  const { onPress, children, kind = 'plain', icon, disabled, busy, pressed, label, lang } = props;
  return (
    <Pressable
      className={styles.button}
      kind={kind}
      onPress={onPress}
      unavailable={disabled}
      busy={busy}
      pressed={pressed}
      label={label}
      lang={lang}
    >
      {icon === undefined ? null : (
        <span className={styles.icon} aria-hidden="true">
          {icon}
        </span>
      )}
      <span className={styles.label}>{children}</span>
    </Pressable>
  );
}
