/** The words of the technician's screen in each language. Errors are not here: their texts are in the domain's catalogue. */
import type { Locale } from '@totem/domain';
import { en } from './texts/en.ts';
import { es } from './texts/es.ts';
import { ptBR, type SetupTexts } from './texts/pt-br.ts';

export const TEXTS = { 'pt-BR': ptBR, en, es } as const satisfies Record<Locale, SetupTexts>;
