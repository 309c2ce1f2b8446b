/**
 * Anything that is touched: acts when the finger leaves it, is deaf to a second tap anywhere on the page, and can be shown
 * as not available without vanishing from the order of the keyboard, because its reason has to be readable.
 */
import { UnstyledButton } from '@mantine/core';
import '@mantine/core/styles/UnstyledButton.layer.css';
import type { AriaAttributes, ReactNode } from 'react';
import { pageTaps } from '../press/tap-guard.ts';

export interface PressableProps extends Pick<AriaAttributes, 'aria-labelledby' | 'aria-describedby'> {
  readonly onPress: () => void;
  readonly children: ReactNode;
  readonly className?: string | undefined;
  /** Seen and read, but not to be had now. */
  readonly unavailable?: boolean | undefined;
  /** Waiting for an answer. */
  readonly busy?: boolean | undefined;
  /** Pressed or not, for what switches something. */
  readonly pressed?: boolean | undefined;
  /** For screen readers, where the content says too little. */
  readonly label?: string | undefined;
  /** The language of the content, where it is not the page's. */
  readonly lang?: string | undefined;
  /** Becomes `data-kind`, for style sheets. */
  readonly kind?: string | undefined;
}

/** A button without a look. */
export function Pressable(props: PressableProps) {
  const {
    onPress,
    children,
    className,
    unavailable = false,
    busy = false,
    pressed,
    label,
    lang,
    kind,
  } = props;
  return (
    <UnstyledButton
      className={className}
      data-kind={kind}
      lang={lang}
      aria-label={label}
      aria-labelledby={props['aria-labelledby']}
      aria-describedby={props['aria-describedby']}
      aria-disabled={unavailable || undefined}
      aria-busy={busy || undefined}
      aria-pressed={pressed}
      onClick={() => {
        if (!unavailable && !busy && pageTaps.accepts()) onPress();
      }}
    >
      {children}
    </UnstyledButton>
  );
}
