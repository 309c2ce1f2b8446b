/** What the phone page says, in each language. */
import type { CustomerAct, Locale, TicketState } from '@totem/domain';

export interface PhoneTexts {
  readonly title: string;
  readonly yourTicket: string;
  readonly states: Readonly<Record<TicketState, string>>;
  readonly held: string;
  /** For the counter that calls. */
  readonly counter: (number: number) => string;
  readonly ahead: (people: number) => string;
  readonly notHereYet: string;
  readonly notHereYetDetail: string;
  readonly unknown: string;
  readonly unknownDetail: string;
  readonly refreshes: string;
  /** When few are left before them. */
  readonly near: string;
  readonly tell: TellTexts;
  readonly acts: Readonly<Record<CustomerAct, ActTexts>>;
}

/** Being told is offered, an address is asked for, and what becomes of it is said. */
export interface TellTexts extends ActTexts {
  readonly phone: string;
  readonly email: string;
  readonly either: string;
  readonly given: string;
}

/** An act is offered, explained, and then done. */
export interface ActTexts {
  readonly ask: string;
  readonly explain: string;
  readonly yes: string;
}

export const PHONE_TEXTS: Readonly<Record<Locale, PhoneTexts>> = {
  'pt-BR': {
    title: 'Sua senha',
    yourTicket: 'Sua senha',
    states: {
      created: 'Aguardando pagamento',
      waiting: 'Aguardando',
      called: 'Chamada! É a sua vez',
      in_service: 'Em atendimento',
      finished: 'Atendimento concluído',
      canceled: 'Cancelada',
      expired: 'Expirada',
    },
    held: 'Em espera: procure um atendente',
    counter: (number) => `Guichê ${number}`,
    ahead: (people) =>
      people === 0 ? 'Você é o próximo' : `${people} ${people === 1 ? 'pessoa' : 'pessoas'} à sua frente`,
    notHereYet: 'Sua senha ainda não chegou aqui',
    notHereYetDetail: 'Ela vale na unidade. Esta página se atualiza sozinha assim que o totem se conectar.',
    unknown: 'Senha não encontrada',
    unknownDetail: 'Confira o código impresso no seu papel.',
    refreshes: 'Esta página se atualiza sozinha.',
    near: 'Sua vez está próxima: fique perto do painel',
    tell: {
      ask: 'Avisar quando estiver perto',
      explain: 'Usado só para este aviso, e apagado em seguida.',
      yes: 'Avisar',
      phone: 'Celular com DDD',
      email: 'E-mail',
      either: 'Celular com DDD ou e-mail',
      given: 'Você será avisado quando a sua vez estiver próxima.',
    },
    acts: {
      cancel: {
        ask: 'Desistir da senha',
        explain: 'Você perde o lugar na fila. Isto não pode ser desfeito.',
        yes: 'Sim, desistir',
      },
      delay: {
        ask: 'Vou me atrasar',
        explain: 'As outras pessoas passam na frente e você vai para o fim da fila, com a mesma senha.',
        yes: 'Sim, ir para o fim da fila',
      },
    },
  },
  en: {
    title: 'Your ticket',
    yourTicket: 'Your ticket',
    states: {
      created: 'Waiting for payment',
      waiting: 'Waiting',
      called: 'Called! It is your turn',
      in_service: 'Being served',
      finished: 'Served',
      canceled: 'Canceled',
      expired: 'Expired',
    },
    held: 'On hold: please see the staff',
    counter: (number) => `Counter ${number}`,
    ahead: (people) =>
      people === 0 ? 'You are next' : `${people} ${people === 1 ? 'person' : 'people'} ahead of you`,
    notHereYet: 'Your ticket has not arrived here yet',
    notHereYetDetail:
      'It is valid at the branch. This page updates itself as soon as the kiosk is connected.',
    unknown: 'Ticket not found',
    unknownDetail: 'Check the code printed on your paper.',
    refreshes: 'This page updates itself.',
    near: 'Your turn is near: please stay near the display',
    tell: {
      ask: 'Tell me when my turn is near',
      explain: 'Used for this one message, and then erased.',
      yes: 'Tell me',
      phone: 'Mobile number',
      email: 'Email',
      either: 'Mobile number or email',
      given: 'You will be told when your turn is near.',
    },
    acts: {
      cancel: {
        ask: 'Give up my ticket',
        explain: 'You lose your place in the queue. This cannot be undone.',
        yes: 'Yes, give it up',
      },
      delay: {
        ask: 'I am running late',
        explain: 'The others go first, and you go to the end of the queue with the same ticket.',
        yes: 'Yes, go to the end of the queue',
      },
    },
  },
  es: {
    title: 'Su turno',
    yourTicket: 'Su turno',
    states: {
      created: 'Esperando el pago',
      waiting: 'En espera',
      called: '¡Llamado! Es su turno',
      in_service: 'En atención',
      finished: 'Atendido',
      canceled: 'Cancelado',
      expired: 'Vencido',
    },
    held: 'En pausa: consulte al personal',
    counter: (number) => `Ventanilla ${number}`,
    ahead: (people) =>
      people === 0
        ? 'Usted es el próximo'
        : `${people} ${people === 1 ? 'persona' : 'personas'} antes que usted`,
    notHereYet: 'Su turno aún no ha llegado aquí',
    notHereYetDetail: 'Es válido en la sucursal. Esta página se actualiza sola cuando el tótem se conecte.',
    unknown: 'Turno no encontrado',
    unknownDetail: 'Revise el código impreso en su papel.',
    refreshes: 'Esta página se actualiza sola.',
    near: 'Su turno está cerca: quédese cerca de la pantalla',
    tell: {
      ask: 'Avisarme cuando falte poco',
      explain: 'Se usa solo para este aviso, y después se borra.',
      yes: 'Avisarme',
      phone: 'Celular',
      email: 'Correo electrónico',
      either: 'Celular o correo electrónico',
      given: 'Le avisaremos cuando su turno esté cerca.',
    },
    acts: {
      cancel: {
        ask: 'Renunciar a mi turno',
        explain: 'Usted pierde su lugar en la fila. Esto no se puede deshacer.',
        yes: 'Sí, renunciar',
      },
      delay: {
        ask: 'Voy a llegar tarde',
        explain: 'Las demás personas pasan primero y usted va al final de la fila, con el mismo turno.',
        yes: 'Sí, ir al final de la fila',
      },
    },
  },
};
