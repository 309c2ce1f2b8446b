/** The words of the kiosk in each language. Errors are not here: their texts are in the domain's catalogue. */
import type { Locale } from '@totem/domain';
import type { Texts } from '@totem/ui';
import { EN } from './texts/en.ts';
import { ES } from './texts/es.ts';
import { PT_BR } from './texts/pt-br.ts';

export const TEXTS: Readonly<Record<Locale, Texts>> = { 'pt-BR': PT_BR, en: EN, es: ES };
