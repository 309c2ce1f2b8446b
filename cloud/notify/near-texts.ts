/** What a customer reads when their turn is near, in their language. */
import type { Locale } from '@totem/domain';
import type { Notice } from './notice.ts';

interface Near {
  readonly locale: Locale;
  readonly code: string;
  readonly peopleAhead: number;
  readonly siteName: string;
}

const SUBJECTS: Readonly<Record<Locale, string>> = {
  'pt-BR': 'Sua vez está próxima',
  en: 'Your turn is near',
  es: 'Su turno está cerca',
};
const AHEAD: Readonly<Record<Locale, (people: number) => string>> = {
  'pt-BR': (people) =>
    people === 0 ? 'você é o próximo' : people === 1 ? 'falta 1 pessoa' : `faltam ${people} pessoas`,
  en: (people) =>
    people === 0
      ? 'you are next'
      : people === 1
        ? '1 person is ahead of you'
        : `${people} people are ahead of you`,
  es: (people) =>
    people === 0 ? 'usted es el próximo' : people === 1 ? 'falta 1 persona' : `faltan ${people} personas`,
};
const COME: Readonly<Record<Locale, string>> = {
  'pt-BR': 'Fique perto do painel.',
  en: 'Please stay near the display.',
  es: 'Quédese cerca de la pantalla.',
};

export function nearNotice({ locale, code, peopleAhead, siteName }: Near): Notice {
  return {
    subject: `${SUBJECTS[locale]}: ${code}`,
    text: `${siteName}, ${code}: ${AHEAD[locale](peopleAhead)}. ${COME[locale]}`,
  };
}
