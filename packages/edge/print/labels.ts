/** The words on the paper, in each of the product's languages. Data. */
import type { Locale } from '@totem/domain';
import type { TicketLabels } from '@totem/drivers/printer';

export const TICKET_LABELS: Record<Locale, TicketLabels> = {
  'pt-BR': {
    ticket: 'Senha',
    arrival: 'Chegada',
    peopleAhead: 'Pessoas à sua frente',
    follow: 'Acompanhe pelo celular',
    secondCopy: '2ª via',
  },
  en: {
    ticket: 'Ticket',
    arrival: 'Arrival',
    peopleAhead: 'People ahead of you',
    follow: 'Follow it on your phone',
    secondCopy: 'Second copy',
  },
  es: {
    ticket: 'Turno',
    arrival: 'Llegada',
    peopleAhead: 'Personas delante de usted',
    follow: 'Sígalo en su teléfono',
    secondCopy: 'Segunda copia',
  },
};
