/**
 * The button of screens that are touched: large, round, acting when the finger leaves it, and deaf to a second tap. Its
 * name is its label; icons are decoration.
 */
import { UnstyledButton } from '@mantine/core';
import '@mantine/core/styles/UnstyledButton.css';
import type { ReactNode } from 'react';
import { pageTaps } from '../press/tap-guard.ts';
import styles from './big-button.module.css';

/** `primary`: the one thing to do here. `plain`: other things to do. `quiet`: ways out. */
export const BUTTON_KINDS = ['primary', 'plain', 'quiet'] as const;
export type ButtonKind = (typeof BUTTON_KINDS)[number];

export interface BigButtonProps {
  readonly onPress: () => void;
  readonly children: ReactNode;
  readonly kind?: ButtonKind;
  /** Drawn before the label. */
  readonly icon?: ReactNode;
  readonly disabled?: boolean;
  /** Waiting for an answer: says so to screen readers and lets nothing through. */
  readonly busy?: boolean;
  /** Pressed or not, for a button that switches something. */
  readonly pressed?: boolean;
  /** For screen readers, where the label says too little. Contains the label. */
  readonly label?: string;
  /** The language of the label, where it is not the page's. */
  readonly lang?: string;
  /** Takes the whole width. */
  readonly wide?: boolean;
  readonly autoFocus?: boolean;
}

/** A large button. */
export function BigButton(props: BigButtonProps) {
  const {
    onPress,
    children,
    kind = 'plain',
    icon,
    disabled = false,
    busy = false,
    pressed,
    wide = false,
  } = props;
  return (
    <UnstyledButton
      className={styles.button}
      data-kind={kind}
      data-wide={wide || undefined}
      disabled={disabled}
      aria-busy={busy || undefined}
      aria-pressed={pressed}
      aria-label={props.label}
      lang={props.lang}
      autoFocus={props.autoFocus ?? false}
      onClick={() => {
        if (!busy && pageTaps.accepts()) onPress();
      }}
    >
      {icon === undefined ? null : (
        <span className={styles.icon} aria-hidden="true">
          {icon}
        </span>
      )}
      <span className={styles.label}>{children}</span>
    </UnstyledButton>
  );
}
