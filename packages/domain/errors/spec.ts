/** What the catalogue says of a code, and the short way to write it down. */
import type { Locale } from '../site/local-text.ts';

export interface ErrorSpec {
  readonly status: number;
  readonly text: Readonly<Record<Locale, string>>;
  /** What an operator or engineer should do; English, for documents and logs. */
  readonly action: string;
}

/** A code's entry: its HTTP status, its text in each language, and what staff should do. Texts may name `{params}`. */
export const spec = (
  status: number,
  ptBR: string,
  en: string,
  es: string,
  action = 'Nothing: the person can act on the text.',
): ErrorSpec => ({ status, text: { 'pt-BR': ptBR, en, es }, action });
