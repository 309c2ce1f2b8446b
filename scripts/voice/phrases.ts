/** What the kiosk's guide says, in each language, by the name of its recording. A tenant's own recordings have the same names. */
import type { Locale } from '@totem/domain';

export type Phrases = Readonly<Record<string, string>>;

const DIGITS: Readonly<Record<Locale, readonly string[]>> = {
  'pt-BR': ['zero', 'um', 'dois', 'três', 'quatro', 'cinco', 'seis', 'sete', 'oito', 'nove'],
  en: ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'],
  es: ['cero', 'uno', 'dos', 'tres', 'cuatro', 'cinco', 'seis', 'siete', 'ocho', 'nueve'],
};
const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

const PAGES: Readonly<Record<Locale, Phrases>> = {
  'pt-BR': {
    attract: 'Olá! Para retirar sua senha, toque no meio da tela.',
    priority:
      'Você tem prioridade por lei? Toque no seu grupo. Se nenhum vale para você, toque no botão grande, embaixo.',
    services: 'O que você precisa? Toque em um serviço.',
    search: 'Digite o começo do nome do serviço.',
    'check-in':
      'Digite o código do seu agendamento, ou mostre-o ao leitor. Depois, toque no botão grande, embaixo.',
    'not-checked-in': 'Não foi possível registrar a chegada. Leia o motivo na tela, ou procure um atendente.',
    identify: 'Quer informar seu CPF? É opcional. Para continuar sem ele, toque embaixo, à esquerda.',
    confirm: 'Confira o serviço e o valor. Para retirar a senha, toque no primeiro botão.',
    method: 'Como você quer pagar? Toque em uma das formas de pagamento.',
    'pay-scan':
      'Pague com Pix. Abra o aplicativo do seu banco e aponte a câmera para o código na tela. Para cancelar, toque no botão embaixo.',
    'pay-cash':
      'Pague em dinheiro. Coloque as notas e moedas na máquina, uma de cada vez. Não há troco. Para cancelar, toque no botão embaixo.',
    'pay-owed':
      'O pagamento não foi feito, e há dinheiro seu na máquina. Mostre o protocolo da tela a um atendente para receber de volta.',
    'pay-terminal':
      'Siga na maquininha. Aproxime, insira ou passe o cartão. Para desistir, aperte a tecla vermelha da maquininha.',
    'pay-wait': 'Preparando o pagamento. Aguarde.',
    'pay-approved': 'Pagamento aprovado. Estamos imprimindo sua senha.',
    'not-paid':
      'O pagamento não foi feito, e nada foi cobrado. Para tentar de novo ou pagar de outra forma, toque no primeiro botão.',
    'pay-unknown':
      'Estamos confirmando seu pagamento. Não pague de novo. Se tiver dúvida, fale com um atendente.',
    issuing: 'Gerando sua senha.',
    ticket: 'Sua senha é',
    printed: 'Retire sua senha impressa.',
    'not-printed': 'A senha não foi impressa, mas vale do mesmo jeito. Anote ou fotografe o número.',
    'ask-printed': 'A senha saiu impressa?',
    failed: 'Não foi possível gerar a senha. Leia o motivo na tela, ou procure um atendente.',
    closed: 'Estamos fechados agora.',
    out: 'Fora de serviço. Procure um atendente, por favor.',
    idle: 'Você ainda está aí? Se precisa de mais tempo, toque no botão grande, embaixo.',
  },
  en: {
    attract: 'Hello! To take your ticket, touch the middle of the screen.',
    priority:
      'Do you have priority by law? Touch your group. If none applies to you, touch the large button at the bottom.',
    services: 'What do you need? Touch a service.',
    search: 'Type the beginning of the name of the service.',
    'check-in':
      'Type the code of your appointment, or show it to the reader. Then touch the large button below.',
    'not-checked-in': 'We could not check you in. Read the reason on the screen, or see the staff.',
    identify: 'Would you like to give your C P F? It is optional. To go on without it, touch the lower left.',
    confirm: 'Check the service and the price. To get the ticket, touch the first button.',
    method: 'How would you like to pay? Touch one of the ways to pay.',
    'pay-scan':
      'Pay by Pix. Open the app of your bank and point the camera at the code on the screen. To cancel, touch the button at the bottom.',
    'pay-cash':
      'Pay in cash. Put notes and coins into the machine, one at a time. There is no change. To cancel, touch the button at the bottom.',
    'pay-owed':
      'The payment was not made, and there is money of yours in the machine. Show the number on the screen to the staff to get it back.',
    'pay-terminal':
      'Follow the card terminal. Tap, insert or swipe your card. To give up, press the red key of the terminal.',
    'pay-wait': 'Preparing the payment. Please wait.',
    'pay-approved': 'Payment approved. Your ticket is being printed.',
    'not-paid':
      'The payment was not made, and you have not been charged. To try again or pay another way, touch the first button.',
    'pay-unknown': 'We are confirming your payment. Do not pay again. If in doubt, see the staff.',
    issuing: 'Getting your ticket.',
    ticket: 'Your ticket is',
    printed: 'Take your printed ticket.',
    'not-printed':
      'The ticket was not printed, but it counts all the same. Write down or photograph the number.',
    'ask-printed': 'Did your ticket print?',
    failed: 'We could not get your ticket. Read the reason on the screen, or see the staff.',
    closed: 'We are closed now.',
    out: 'Out of service. Please see the staff.',
    idle: 'Are you still there? If you need more time, touch the large button at the bottom.',
  },
  es: {
    attract: '¡Hola! Para retirar su turno, toque el centro de la pantalla.',
    priority:
      '¿Tiene prioridad por ley? Toque su grupo. Si ninguno le corresponde, toque el botón grande, abajo.',
    services: '¿Qué necesita? Toque un servicio.',
    search: 'Escriba el comienzo del nombre del servicio.',
    'check-in': 'Escriba el código de su cita, o muéstrelo al lector. Después, toque el botón grande, abajo.',
    'not-checked-in': 'No se pudo registrar la llegada. Lea el motivo en la pantalla o consulte al personal.',
    identify: '¿Quiere indicar su CPF? Es opcional. Para continuar sin él, toque abajo, a la izquierda.',
    confirm: 'Revise el servicio y el precio. Para retirar el turno, toque el primer botón.',
    method: '¿Cómo quiere pagar? Toque una de las formas de pago.',
    'pay-scan':
      'Pague con Pix. Abra la aplicación de su banco y apunte la cámara al código de la pantalla. Para cancelar, toque el botón de abajo.',
    'pay-cash':
      'Pague en efectivo. Introduzca billetes y monedas en la máquina, de uno en uno. No hay cambio. Para cancelar, toque el botón de abajo.',
    'pay-owed':
      'El pago no se hizo, y hay dinero suyo en la máquina. Muestre el protocolo de la pantalla al personal para recibirlo de vuelta.',
    'pay-terminal':
      'Siga en la terminal. Acerque, inserte o deslice la tarjeta. Para desistir, pulse la tecla roja de la terminal.',
    'pay-wait': 'Preparando el pago. Espere.',
    'pay-approved': 'Pago aprobado. Estamos imprimiendo su turno.',
    'not-paid':
      'El pago no se hizo y no se cobró nada. Para intentar de nuevo o pagar de otra forma, toque el primer botón.',
    'pay-unknown': 'Estamos confirmando su pago. No pague de nuevo. Si tiene dudas, consulte al personal.',
    issuing: 'Generando su turno.',
    ticket: 'Su turno es',
    printed: 'Retire su turno impreso.',
    'not-printed': 'El turno no se imprimió, pero vale igual. Anote o fotografíe el número.',
    'ask-printed': '¿Salió impreso su turno?',
    failed: 'No se pudo generar el turno. Lea el motivo en la pantalla o consulte al personal.',
    closed: 'Ahora estamos cerrados.',
    out: 'Fuera de servicio. Consulte al personal, por favor.',
    idle: '¿Sigue ahí? Si necesita más tiempo, toque el botón grande, abajo.',
  },
};

/** Every phrase of a language: the pages, the letters and the digits of a code. */
export function phrasesOf(locale: Locale): Phrases {
  const letters = LETTERS.map((letter) => [letter.toLowerCase(), `${letter}.`]);
  const digits = DIGITS[locale].map((word, digit) => [String(digit), word]);
  return { ...PAGES[locale], ...Object.fromEntries([...letters, ...digits]) };
}
