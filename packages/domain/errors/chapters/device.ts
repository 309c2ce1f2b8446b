/** Codes about the device and what hangs on it. */
import { type ErrorSpec, spec } from '../spec.ts';

export const DEVICE_ERRORS = {
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
