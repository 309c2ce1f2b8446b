/** Codes about the technician at a device, and about paper that is printed once more. */
import { type ErrorSpec, spec } from '../spec.ts';

export const TECHNICIAN_ERRORS = {
  technician_pin_wrong: spec(401, 'PIN incorreto.', 'Wrong PIN.', 'PIN incorrecto.'),
  technician_pin_missing: spec(
    409,
    'Este totem ainda não tem PIN de técnico.',
    'This totem has no technician’s PIN yet.',
    'Este tótem aún no tiene PIN de técnico.',
    'Start the totem anew and choose the PIN within half an hour, or set it on the machine as an administrator.',
  ),
  technician_pin_weak: spec(
    422,
    'Escolha um PIN de seis a oito dígitos que não seja uma sequência nem repetição.',
    'Choose a PIN of six to eight digits that is no sequence and no repetition.',
    'Elija un PIN de seis a ocho dígitos que no sea una secuencia ni una repetición.',
  ),
  technician_locked: spec(
    429,
    'Muitas tentativas. Tente de novo em {minutes} minutos.',
    'Too many tries. Try again in {minutes} minutes.',
    'Demasiados intentos. Inténtelo de nuevo en {minutes} minutos.',
    'If nobody here has forgotten the PIN, somebody is guessing it: see the record.',
  ),
  technician_session_over: spec(
    401,
    'A sessão do técnico terminou. Informe o PIN de novo.',
    'The technician’s session is over. Enter the PIN again.',
    'La sesión del técnico terminó. Ingrese el PIN de nuevo.',
  ),
  printer_unknown: spec(
    422,
    'Este endereço de impressora não é válido.',
    'This is no address of a printer.',
    'Esta dirección de impresora no es válida.',
    'tcp://host:port, serial:/dev/…, usb:vendor:product:serial, or queue:name.',
  ),
  reprint_refused: spec(
    409,
    'Não é possível imprimir outra via desta senha aqui.',
    'No other copy of this ticket can be printed here.',
    'No se puede imprimir otra copia de este turno aquí.',
    'A second copy is for paper that is not known to have come out, and is printed twice at most. Who works at a counter can ask for more, up to six papers of a ticket.',
  ),
} as const satisfies Record<string, ErrorSpec>;
