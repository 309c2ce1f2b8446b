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
  connect: 'Conecte esta TV',
  connectStep: 'Em {{address}}, abra Dispositivos, escolha esta TV ou crie uma, e digite o código:',
  connectCode: 'Código {{code}}',
  connectLeft: 'Vale por mais {{left}}. Depois disso aparece outro.',
  connectThen: 'As chamadas aparecem aqui sozinhas.',
  connectLost: 'Sem ligação com o servidor. O código continua valendo; esta tela tenta de novo sozinha.',
  connectAsking: 'Buscando um código…',
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
  connect: 'Connect this display',
  connectStep: 'At {{address}}, open Devices, choose this display or add one, and type the code:',
  connectCode: 'Code {{code}}',
  connectLeft: 'Good for another {{left}}. Then another one appears.',
  connectThen: 'The calls appear here by themselves.',
  connectLost: 'No link to the server. The code still counts; this screen tries again by itself.',
  connectAsking: 'Getting a code…',
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
  connect: 'Conecte esta pantalla',
  connectStep: 'En {{address}}, abra Dispositivos, elija esta pantalla o cree una, y escriba el código:',
  connectCode: 'Código {{code}}',
  connectLeft: 'Vale por {{left}} más. Después aparece otro.',
  connectThen: 'Las llamadas aparecen aquí solas.',
  connectLost:
    'Sin conexión con el servidor. El código sigue valiendo; esta pantalla lo intenta de nuevo sola.',
  connectAsking: 'Buscando un código…',
};

export const DISPLAY_TEXTS = { 'pt-BR': ptBR, en, es } as const satisfies Record<Locale, DisplayTexts>;
