/** Tickets for tests: valid by default, each field open to an override. */
import type { TicketContent } from '../ticket.ts';

export function buildTicket(over: Partial<TicketContent> = {}): TicketContent {
  return {
    siteName: 'Unidade São João',
    serviceName: 'Atendimento geral e informações',
    code: 'A2-014',
    priorityName: 'Pessoa com deficiência',
    issuedAt: '23/11/2026 12:03',
    peopleAhead: 7,
    qrUrl: 'https://totem.example/t/019ab3f0-6f2e-7c11-9d60-5a1e0f3b7c22?s=Zk3q9w',
    labels: {
      ticket: 'Senha',
      arrival: 'Chegada',
      peopleAhead: 'Pessoas à sua frente',
      follow: 'Acompanhe pelo celular',
      secondCopy: '2ª via',
    },
    ...over,
  };
}
