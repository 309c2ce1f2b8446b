/** What a display says of a call, in each language, by the name of its recording. A tenant's own recordings have the same names. */
import type { Locale } from '@totem/domain';
import type { Phrases } from './phrases.ts';

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
/** Counters up to here are read as a number, others sign by sign. */
const COUNTERS_SPOKEN_MAX = 30;

const WORDS: Readonly<Record<Locale, Phrases>> = {
  'pt-BR': { ticket: 'Senha', counter: 'guichê', test: 'Teste de som. Esta tela chama as senhas por voz.' },
  en: { ticket: 'Ticket', counter: 'counter', test: 'Sound test. This screen calls tickets by voice.' },
  es: {
    ticket: 'Turno',
    counter: 'ventanilla',
    test: 'Prueba de sonido. Esta pantalla llama los turnos por voz.',
  },
};

/** Every phrase of a language: the words, the letters, and the numbers of signs and counters. */
export function callPhrasesOf(locale: Locale): Phrases {
  const letters = LETTERS.map((letter) => [letter.toLowerCase(), `${letter}.`]);
  const numbers = Array.from({ length: COUNTERS_SPOKEN_MAX + 1 }, (_, number) => [
    String(number),
    String(number),
  ]);
  return { ...WORDS[locale], ...Object.fromEntries([...letters, ...numbers]) };
}
