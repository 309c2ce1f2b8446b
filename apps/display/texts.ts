/** The words of the display in each language. Errors are not here: their texts are in the domain's catalogue. */
import type { Locale } from '@totem/domain';

const ptBR = {
  title: 'Chamadas',
  code: 'Senha',
  counter: 'Guichê',
  counterNumber: 'Guichê {{number}}',
  call: 'Senha {{code}}, Guichê {{number}}',
  recent: 'Últimas chamadas',
  preferential: 'Atendimento preferencial',
  resting: 'Aguarde a sua chamada',
  restingHint: 'A sua senha vai aparecer aqui, com o número do guichê.',
  loading: 'Buscando as chamadas…',
  retrying: 'Esta tela tenta de novo sozinha.',
  sound: 'Ativar som',
  noLink: 'Esta tela ainda não foi ligada',
  noLinkHint: 'Abra-a pelo link que foi feito para ela.',
  refused: 'Esta tela precisa ser ligada de novo',
  refusedHint: 'O acesso dela terminou. Abra-a por um novo link.',
};

type DisplayTexts = { readonly [K in keyof typeof ptBR]: string };

const en: DisplayTexts = {
  title: 'Calls',
  code: 'Ticket',
  counter: 'Counter',
  counterNumber: 'Counter {{number}}',
  call: 'Ticket {{code}}, Counter {{number}}',
  recent: 'Last calls',
  preferential: 'Priority service',
  resting: 'Please wait for your call',
  restingHint: 'Your ticket will appear here with the number of the counter.',
  loading: 'Getting the calls…',
  retrying: 'This screen tries again by itself.',
  sound: 'Turn sound on',
  noLink: 'This screen is not connected yet',
  noLinkHint: 'Open it with the link that was made for it.',
  refused: 'This screen must be connected again',
  refusedHint: 'Its access has ended. Open it with a new link.',
};

const es: DisplayTexts = {
  title: 'Llamadas',
  code: 'Turno',
  counter: 'Ventanilla',
  counterNumber: 'Ventanilla {{number}}',
  call: 'Turno {{code}}, Ventanilla {{number}}',
  recent: 'Últimas llamadas',
  preferential: 'Atención preferencial',
  resting: 'Espere su llamada',
  restingHint: 'Su turno aparecerá aquí con el número de la ventanilla.',
  loading: 'Buscando las llamadas…',
  retrying: 'Esta pantalla lo intenta de nuevo sola.',
  sound: 'Activar sonido',
  noLink: 'Esta pantalla aún no está conectada',
  noLinkHint: 'Ábrala con el enlace que se hizo para ella.',
  refused: 'Hay que conectar esta pantalla de nuevo',
  refusedHint: 'Su acceso terminó. Ábrala con un nuevo enlace.',
};

export const DISPLAY_TEXTS = { 'pt-BR': ptBR, en, es } as const satisfies Record<Locale, DisplayTexts>;
