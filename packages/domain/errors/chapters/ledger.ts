/** Codes about the ledger, and about the conflicts in it that people settle. */
import { type ErrorSpec, spec } from '../spec.ts';

export const LEDGER_ERRORS = {
  conflict_settled: spec(
    409,
    'Este conflito já foi resolvido.',
    'This conflict has been resolved already.',
    'Este conflicto ya se resolvió.',
  ),
  ledger_fork: spec(
    409,
    'O histórico deste totem diverge do central.',
    "This kiosk's history differs from the central one.",
    'El historial de este tótem difiere del central.',
    'A cloned disk or an old image: the device is suspended, what it sent is kept aside.',
  ),
  ledger_gap: spec(
    409,
    'Faltam registros anteriores.',
    'Earlier entries are missing.',
    'Faltan registros anteriores.',
    'Nothing: the sender goes back to the entry that is expected.',
  ),
  ledger_unattributed: spec(
    422,
    'O lote não pôde ser atribuído a um totem conhecido.',
    'The batch could not be attributed to a known device.',
    'El lote no pudo atribuirse a un dispositivo conocido.',
    'Look at the quarantine: the seal or the origin does not match an enrolled device.',
  ),
  protocol_unsupported: spec(
    426,
    'Esta versão é antiga demais. Atualize o aplicativo.',
    'This version is too old. Update the application.',
    'Esta versión es demasiado antigua. Actualice la aplicación.',
  ),
} as const satisfies Record<string, ErrorSpec>;
