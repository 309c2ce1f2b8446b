/**
 * A button of the desk. While it may not act it stays in place and keeps the focus (a disabled button would lose it), so
 * that a person who works with the keyboard is where they were; what is missing is written below it.
 */
import { Button, Kbd } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { ACTION_ICONS } from './action-look.ts';
import type { DeskAction } from './actions.ts';
import css from './desk.module.css';
import { KEYS } from './keys.ts';

interface DeskButtonProps {
  readonly action: DeskAction;
  readonly isMain?: boolean;
  readonly isBlocked: boolean;
  /** What it waits for, for instance `em 2 s`. */
  readonly hint?: string | undefined;
  readonly showKey: boolean;
  onPress(action: DeskAction): void;
}

/** The keys of an action, none for those that have none. The key that begins a pause ends it. */
function keysOf(action: DeskAction): readonly string[] {
  const named = action === 'resume' ? 'pause' : action;
  return named in KEYS ? KEYS[named as keyof typeof KEYS] : [];
}

export function DeskButton({ action, isMain, isBlocked, hint, showKey, onPress }: DeskButtonProps) {
  const { t } = useTranslation();
  const hintId = useId();
  const Icon = ACTION_ICONS[action];
  const [key] = keysOf(action);
  const isDanger = action === 'cancel';
  return (
    <Button
      className={(isMain ? css.mainButton : css.besideButton) ?? ''}
      size={isMain ? 'xl' : 'md'}
      variant={isMain ? 'filled' : 'default'}
      data-danger={isDanger || undefined}
      leftSection={<Icon size={isMain ? 26 : 20} aria-hidden />}
      rightSection={
        showKey && key !== undefined ? (
          <Kbd className={css.key} aria-hidden>
            {key.toUpperCase()}
          </Kbd>
        ) : undefined
      }
      justify={isMain ? 'center' : 'flex-start'}
      aria-disabled={isBlocked || undefined}
      data-disabled={isBlocked}
      aria-describedby={hint === undefined ? undefined : hintId}
      aria-keyshortcuts={keysOf(action).join(' ') || undefined}
      onKeyDown={(event) => {
        // A key that is held down would press again and again, through one state after the other.
        if (event.repeat) event.preventDefault();
      }}
      onClick={(event) => {
        // The second click of a double click belongs to the first: it must not start what it has just called.
        if (event.detail < 2) onPress(action);
      }}
    >
      <span className={css.buttonText}>
        <span>{t(`action.${action}`)}</span>
        {hint !== undefined && (
          <span id={hintId} className={css.buttonHint} aria-hidden>
            {hint}
          </span>
        )}
      </span>
    </Button>
  );
}
