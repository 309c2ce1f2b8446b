/** Codes about the device and what hangs on it. */
import { type ErrorSpec, spec } from '../spec.ts';

export const DEVICE_ERRORS = {
  enrolment_code_wrong: spec(
    422,
    'Código incorreto ou vencido. Peça um novo a quem administra.',
    'Wrong code, or one that has run out. Ask whoever administers for a new one.',
    'Código incorrecto o vencido. Pida uno nuevo a quien administra.',
    'A code counts once, for ten minutes.',
  ),
  pairing_code_wrong: spec(
    422,
    'Código incorreto ou vencido. Digite o que a TV mostra agora.',
    'Wrong code, or one that has run out. Type the one that the display shows now.',
    'Código incorrecto o vencido. Escriba el que la pantalla muestra ahora.',
    'The screen shows a new code every ten minutes; each counts once.',
  ),
  enrolment_not_claimed: spec(
    409,
    'Nenhum equipamento informou o código ainda, ou o tempo acabou.',
    'No device has shown the code yet, or its time is over.',
    'Ningún equipo ha mostrado el código todavía, o se acabó el tiempo.',
    'Type the code on the device first, or ask for a new one.',
  ),
  enrolment_fingerprint_differs: spec(
    409,
    'O equipamento que informou o código não é este: as impressões digitais não coincidem.',
    'The device that showed the code is not this one: the fingerprints differ.',
    'El equipo que mostró el código no es este: las huellas no coinciden.',
    'Somebody else may have typed the code. Withdraw it and offer a new one.',
  ),
  enrolment_key_known: spec(
    409,
    'Este equipamento já está cadastrado como outro.',
    'This device is enrolled as another one.',
    'Este equipo ya está registrado como otro.',
    'Revoke the other one first, or let the device start as a new machine.',
  ),
  enrolment_unfit: spec(
    422,
    'Este tipo de equipamento não se conecta assim.',
    'Equipment of this kind does not connect in this way.',
    'Este tipo de equipo no se conecta así.',
    'Printers and terminals speak through the totem that they hang on; a code on its own screen is shown by a display.',
  ),
  printer_offline: spec(
    503,
    'A impressora não responde. Sua senha está na tela.',
    'The printer does not answer. Your number is on the screen.',
    'La impresora no responde. Su turno está en la pantalla.',
    'Check the cable and the power of the printer.',
  ),
  printer_paper_out: spec(
    503,
    'Sem papel. Sua senha está na tela.',
    'No paper. Your number is on the screen.',
    'Sin papel. Su turno está en la pantalla.',
    'Put in a new roll.',
  ),
  printer_cover_open: spec(
    503,
    'A tampa da impressora está aberta. Sua senha está na tela.',
    'The printer is open. Your number is on the screen.',
    'La impresora está abierta. Su turno está en la pantalla.',
    'Close the cover.',
  ),
  printer_error: spec(
    503,
    'A impressora parou. Sua senha está na tela.',
    'The printer has stopped. Your number is on the screen.',
    'La impresora se detuvo. Su turno está en la pantalla.',
    'Clear the jam or the cutter, then switch the printer off and on.',
  ),
  not_ready: spec(
    503,
    'Este totem ainda está se preparando. Aguarde um instante.',
    'This kiosk is still getting ready. One moment, please.',
    'Este tótem aún se está preparando. Espere un momento.',
    'It has no catalogue yet: it needs its link once after enrolment.',
  ),
  storage_fault: spec(
    503,
    'Fora de serviço. Procure um atendente, por favor.',
    'Out of service. Please see the staff.',
    'Fuera de servicio. Consulte al personal, por favor.',
    'The disk refused a write: look at the health page of the device.',
  ),
} as const satisfies Record<string, ErrorSpec>;
