/** The words on the paper, in each of the product's languages. Data. */
import type { Locale, PaymentMethod } from '@totem/domain';
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

/** Before the amount that was paid, by how. */
export const PAID_LABELS: Record<Locale, Readonly<Record<PaymentMethod, string>>> = {
  'pt-BR': { pix: 'Pago com Pix', card: 'Pago com cartão', cash: 'Pago em dinheiro' },
  en: { pix: 'Paid by Pix', card: 'Paid by card', cash: 'Paid in cash' },
  es: { pix: 'Pagado con Pix', card: 'Pagado con tarjeta', cash: 'Pagado en efectivo' },
};
