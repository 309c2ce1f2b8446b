/** A state in a word, with a mark that is not its colour alone. */
import type { ReactNode } from 'react';
import css from './parts.module.css';

export type Tone = 'good' | 'calm' | 'warning' | 'danger' | 'quiet';

const MARKS: Readonly<Record<Tone, string>> = {
  good: '●',
  calm: '◐',
  warning: '▲',
  danger: '■',
  quiet: '○',
};

export function Status({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return (
    <span className={css.status} data-tone={tone}>
      <span aria-hidden>{MARKS[tone]}</span>
      {children}
    </span>
  );
}
