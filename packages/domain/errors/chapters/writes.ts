/** Codes about writes that may be repeated, and that several people make. */
import { type ErrorSpec, spec } from '../spec.ts';

export const WRITES_ERRORS = {
  idempotency_key_missing: spec(
    400,
    'Falta a chave de idempotência.',
    'The idempotency key is missing.',
    'Falta la clave de idempotencia.',
    'Send an Idempotency-Key header with a new UUID for each act, and the same one for its repetitions.',
  ),
  idempotency_key_reused: spec(
    422,
    'Esta chave de idempotência já foi usada com outro pedido.',
    'This idempotency key was already used for another request.',
    'Esta clave de idempotencia ya se usó con otra solicitud.',
    'A client repeated a key with another request: a defect in that client.',
  ),
  version_missing: spec(
    428,
    'Falta dizer a versão que se quer alterar.',
    'The version to be changed is missing.',
    'Falta indicar la versión que se quiere cambiar.',
    'Send If-Match with the ETag that the last read answered.',
  ),
  version_conflict: spec(
    412,
    'Outra pessoa alterou isto enquanto isso. Recarregue e tente de novo.',
    'Somebody else changed this meanwhile. Reload and try again.',
    'Otra persona lo cambió mientras tanto. Vuelva a cargar e inténtelo de nuevo.',
  ),
  already_exists: spec(
    409,
    'Já existe um registro com este valor: {field}.',
    'There is one with this value already: {field}.',
    'Ya existe uno con este valor: {field}.',
  ),
  reference_not_found: spec(
    422,
    'O registro indicado não existe: {field}.',
    'What is referred to does not exist: {field}.',
    'El registro indicado no existe: {field}.',
  ),
  in_use: spec(409, 'Ainda está em uso: {by}.', 'It is still in use: {by}.', 'Todavía está en uso: {by}.'),
  account_in_use: spec(
    409,
    'Esta conta ainda está em uso. Remova-a antes de apagar os dados.',
    'This account is still in use. Remove it before its data is erased.',
    'Esta cuenta todavía está en uso. Elimínela antes de borrar los datos.',
    'Only who has left is erased: take the person out of use first.',
  ),
  last_admin: spec(
    409,
    'É preciso que fique pelo menos um administrador ativo.',
    'At least one active admin must remain.',
    'Debe quedar al menos un administrador activo.',
    'Make another person an admin first.',
  ),
  slot_unavailable: spec(
    409,
    'Este serviço não aceita agendamento neste horário.',
    'This service takes no appointment at this time.',
    'Este servicio no acepta citas en este horario.',
    'Give the service a capacity for appointments, or choose a time in its opening hours that is still to come.',
  ),
  slot_full: spec(
    409,
    'Este horário já está lotado. Escolha outro.',
    'This time is fully booked. Choose another.',
    'Este horario ya está completo. Elija otro.',
  ),
  appointment_settled: spec(
    409,
    'Este agendamento já não pode ser alterado: {state}.',
    'This appointment can no longer be changed: {state}.',
    'Esta cita ya no se puede cambiar: {state}.',
  ),
  limit_reached: spec(
    409,
    'O limite de {max} foi atingido.',
    'The limit of {max} is reached.',
    'Se alcanzó el límite de {max}.',
    'Remove what is no longer needed, or ask the platform for a higher limit.',
  ),
  not_found: spec(404, 'Não encontrado.', 'Not found.', 'No encontrado.'),
  command_id_reused: spec(
    409,
    'Este pedido já foi usado com outros dados.',
    'This request was already used with other data.',
    'Esta solicitud ya se usó con otros datos.',
    'A client repeated a command id with another body: a defect in that client.',
  ),
} as const satisfies Record<string, ErrorSpec>;
