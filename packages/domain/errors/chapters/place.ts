/** Codes about the place that was asked: its network, its state, its defects. */
import { type ErrorSpec, spec } from '../spec.ts';

export const PLACE_ERRORS = {
  unreachable: spec(
    503,
    'Sem conexão. Tentando de novo.',
    'No connection. Trying again.',
    'Sin conexión. Reintentando.',
    'Check the network between this screen and its server.',
  ),
  draining: spec(
    503,
    'Este servidor está parando. Tente de novo.',
    'This server is stopping. Try again.',
    'Este servidor se está deteniendo. Inténtelo de nuevo.',
    'Nothing: another node takes over, or this one comes back in its new version.',
  ),
  schema_outdated: spec(
    503,
    'O sistema está sendo atualizado. Aguarde um instante.',
    'The system is being updated. One moment, please.',
    'El sistema se está actualizando. Espere un momento.',
    'The database lacks migrations that this version needs: run them, or look why the node that runs them did not.',
  ),
  internal_error: spec(
    500,
    'Algo deu errado. Tente de novo; se continuar, procure um atendente.',
    'Something went wrong. Try again; if it goes on, see the staff.',
    'Algo salió mal. Inténtelo de nuevo; si continúa, consulte al personal.',
    'A bug: look for the request id in the log.',
  ),
} as const satisfies Record<string, ErrorSpec>;
