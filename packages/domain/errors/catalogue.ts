/**
 * The error catalogue: every code that a person or a program can meet, with its HTTP status, its text in each language, and
 * what staff should do. Codes are stable: a code that was released is never renamed. Texts may name `{params}`.
 */
import type { Locale } from '../site/local-text.ts';

export interface ErrorSpec {
  readonly status: number;
  readonly text: Readonly<Record<Locale, string>>;
  /** What an operator or engineer should do; English, for documents and logs. */
  readonly action: string;
}

const spec = (
  status: number,
  ptBR: string,
  en: string,
  es: string,
  action = 'Nothing: the person can act on the text.',
): ErrorSpec => ({ status, text: { 'pt-BR': ptBR, en, es }, action });

export const ERRORS = {
  // What was sent
  invalid_request: spec(
    400,
    'Pedido inválido. Confira os dados e tente de novo.',
    'Invalid request. Check the data and try again.',
    'Solicitud no válida. Revise los datos e inténtelo de nuevo.',
    'Read `errors` in the answer: it names the fields.',
  ),
  body_too_large: spec(
    413,
    'O conteúdo enviado é grande demais.',
    'What was sent is too large.',
    'El contenido enviado es demasiado grande.',
  ),
  text_too_long: spec(
    422,
    'O texto é longo demais: no máximo {max} caracteres.',
    'The text is too long: {max} characters at most.',
    'El texto es demasiado largo: {max} caracteres como máximo.',
  ),
  text_empty: spec(
    422,
    'Este campo não pode ficar vazio.',
    'This field cannot be empty.',
    'Este campo no puede quedar vacío.',
  ),
  body_too_deep: spec(
    400,
    'O conteúdo enviado está aninhado demais.',
    'What was sent is nested too deeply.',
    'El contenido enviado está anidado en exceso.',
  ),
  media_type_unsupported: spec(
    415,
    'Este formato não é aceito: envie application/json.',
    'This format is not accepted: send application/json.',
    'Este formato no se acepta: envíe application/json.',
  ),
  method_not_allowed: spec(
    405,
    'Este endereço não aceita esta operação.',
    'This address does not take this method.',
    'Esta dirección no acepta esta operación.',
    'Read the Allow header: it names the methods.',
  ),
  request_timeout: spec(
    503,
    'O pedido demorou demais. Tente de novo.',
    'The request took too long. Try again.',
    'La solicitud tardó demasiado. Inténtelo de nuevo.',
    'Look at the slow queries of the database; a smaller page or a shorter span answers sooner.',
  ),
  cursor_invalid: spec(
    400,
    'A página pedida não existe mais. Comece da primeira.',
    'The page asked for is not known. Begin at the first.',
    'La página solicitada no existe. Empiece por la primera.',
  ),
  // Writes that may be repeated, and that several people make
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
  // Who asks
  unauthorized: spec(
    401,
    'Entre de novo para continuar.',
    'Sign in again to go on.',
    'Vuelva a iniciar sesión para continuar.',
  ),
  login_failed: spec(
    401,
    'Usuário ou senha incorretos.',
    'Wrong user name or password.',
    'Usuario o contraseña incorrectos.',
  ),
  session_ended: spec(
    401,
    'Sua sessão terminou. Entre de novo para continuar.',
    'Your session has ended. Sign in again to go on.',
    'Su sesión ha terminado. Vuelva a iniciar sesión para continuar.',
  ),
  token_reused: spec(
    401,
    'Sua sessão foi encerrada por segurança: ela foi usada em dois lugares. Entre de novo.',
    'Your session was ended for safety: it was used in two places. Sign in again.',
    'Su sesión se cerró por seguridad: se usó en dos lugares. Vuelva a iniciar sesión.',
    'Somebody may have copied the session: look at the entries of the person, and let them change the password.',
  ),
  totp_required: spec(
    401,
    'Informe o código de seis dígitos do seu aplicativo autenticador.',
    'Enter the six-digit code of your authenticator app.',
    'Escriba el código de seis dígitos de su aplicación de autenticación.',
    'Send the login again with `code`.',
  ),
  totp_invalid: spec(
    422,
    'Código incorreto ou já usado. Espere o próximo e tente de novo.',
    'Wrong code, or one that was used before. Wait for the next one and try again.',
    'Código incorrecto o ya usado. Espere el siguiente e inténtelo de nuevo.',
    'If no code works, compare the clock of the phone; an admin can remove the second factor.',
  ),
  second_factor_exists: spec(
    409,
    'O segundo fator já está ativo.',
    'The second factor is already active.',
    'El segundo factor ya está activo.',
    'Remove it before a new one is set up.',
  ),
  second_factor_missing: spec(
    409,
    'O segundo fator não está ativo.',
    'The second factor is not active.',
    'El segundo factor no está activo.',
  ),
  password_change_required: spec(
    401,
    'Escolha uma nova senha para entrar.',
    'Choose a new password to sign in.',
    'Elija una nueva contraseña para entrar.',
    'Send the login again with `newPassword`.',
  ),
  password_wrong: spec(
    422,
    'A senha atual está incorreta.',
    'The current password is wrong.',
    'La contraseña actual es incorrecta.',
  ),
  password_too_short: spec(
    422,
    'A senha é curta demais: no mínimo {min} caracteres.',
    'The password is too short: {min} characters at least.',
    'La contraseña es demasiado corta: {min} caracteres como mínimo.',
  ),
  password_common: spec(
    422,
    'Esta senha é fácil de adivinhar. Use, por exemplo, algumas palavras que não se seguem.',
    'This password is easy to guess. Use, for example, a few words that do not follow each other.',
    'Esta contraseña es fácil de adivinar. Use, por ejemplo, unas palabras sin relación entre sí.',
  ),
  tenant_suspended: spec(
    403,
    'O acesso da sua empresa está suspenso.',
    'The access of your company is suspended.',
    'El acceso de su empresa está suspendido.',
    'The platform suspended this tenant, and can resume it.',
  ),
  forbidden: spec(
    403,
    'Você não tem permissão para isso.',
    'You are not allowed to do this.',
    'No tiene permiso para hacer esto.',
    'An admin can grant the permission.',
  ),
  wrong_host: spec(
    403,
    'Acesso recusado.',
    'Access refused.',
    'Acceso denegado.',
    'The local API answers only to its own address: check which page is calling.',
  ),
  too_many_requests: spec(
    429,
    'Muitos pedidos. Tente de novo em {seconds} s.',
    'Too many requests. Try again in {seconds} s.',
    'Demasiadas solicitudes. Inténtelo de nuevo en {seconds} s.',
  ),
  device_suspended: spec(
    403,
    'Este totem está suspenso. Procure um atendente.',
    'This kiosk is suspended. Please see the staff.',
    'Este tótem está suspendido. Consulte al personal.',
    'Its ledger forked (a cloned disk or an old image): find which device is the true one, then enrol it again.',
  ),
  // The queue
  service_not_found: spec(
    404,
    'Este serviço não existe.',
    'There is no such service.',
    'Este servicio no existe.',
  ),
  service_closed: spec(
    409,
    'Este serviço está fechado agora.',
    'This service is closed now.',
    'Este servicio está cerrado ahora.',
  ),
  service_not_here: spec(
    409,
    'Este serviço não é oferecido nesta unidade.',
    'This service is not offered at this site.',
    'Este servicio no se ofrece en esta sede.',
  ),
  quota_reached: spec(
    409,
    'As senhas de hoje para este serviço acabaram: {max}.',
    "All of today's tickets for this service are given out: {max}.",
    'Los turnos de hoy para este servicio se agotaron: {max}.',
    'Raise the daily quota of the service, or offer another service or day.',
  ),
  priority_class_not_found: spec(
    404,
    'Este tipo de prioridade não existe.',
    'There is no such priority.',
    'Este tipo de prioridad no existe.',
  ),
  payment_unavailable: spec(
    409,
    'Este serviço precisa ser pago antes, e o pagamento não está disponível aqui.',
    'This service must be paid first, and payment is not available here.',
    'Este servicio debe pagarse antes y el pago no está disponible aquí.',
  ),
  ticket_not_found: spec(404, 'Esta senha não existe.', 'There is no such ticket.', 'Este turno no existe.'),
  ticket_exists: spec(409, 'Esta senha já existe.', 'This ticket already exists.', 'Este turno ya existe.'),
  ticket_state: spec(
    409,
    'A senha {code} já não permite isso: {state}.',
    'Ticket {code} no longer allows this: {state}.',
    'El turno {code} ya no lo permite: {state}.',
  ),
  ticket_ended: spec(
    409,
    'A senha {code} já foi encerrada.',
    'Ticket {code} has already ended.',
    'El turno {code} ya terminó.',
  ),
  ticket_taken: spec(
    409,
    'A senha {code} está com outro guichê.',
    'Ticket {code} is with another counter.',
    'El turno {code} está en otra ventanilla.',
  ),
  ticket_held: spec(
    409,
    'A senha {code} está suspensa. Libere-a antes de chamar.',
    'Ticket {code} is on hold. Release it before calling.',
    'El turno {code} está retenido. Libérelo antes de llamar.',
  ),
  ticket_addressed: spec(
    409,
    'A senha {code} foi encaminhada a outro guichê ou atendente.',
    'Ticket {code} was sent on to another counter or operator.',
    'El turno {code} fue derivado a otra ventanilla u otro operador.',
    'An admin can put the ticket back in the queue: then whoever serves it may call it.',
  ),
  service_not_served: spec(
    409,
    'O serviço da senha {code} não é atendido ali.',
    'The service of ticket {code} is not served there.',
    'El servicio del turno {code} no se atiende allí.',
    'Look at the services of the counter and of the operator.',
  ),
  counter_priority_only: spec(
    409,
    'Este guichê só atende prioridade, e a senha {code} não a tem.',
    'This counter serves priority only, and ticket {code} has none.',
    'Esta ventanilla solo atiende prioridad, y el turno {code} no la tiene.',
  ),
  queue_empty: spec(404, 'Não há ninguém esperando.', 'Nobody is waiting.', 'No hay nadie esperando.'),
  operator_busy: spec(
    409,
    'Termine primeiro o atendimento da senha {code}.',
    'Finish ticket {code} first.',
    'Termine primero el turno {code}.',
  ),
  operator_paused: spec(
    409,
    'Você está em pausa. Volte da pausa para chamar.',
    'You are on a break. End the break to call.',
    'Está en pausa. Termine la pausa para llamar.',
  ),
  operator_not_found: spec(
    404,
    'Este atendente não existe ou não trabalha nesta unidade.',
    'There is no such operator at this site.',
    'Este operador no existe o no trabaja en esta sede.',
  ),
  recall_too_soon: spec(
    409,
    'Aguarde {seconds} s para chamar de novo.',
    'Wait {seconds} s before calling again.',
    'Espere {seconds} s para volver a llamar.',
  ),
  no_show_too_soon: spec(
    409,
    'Antes de marcar ausência: mais {calls} chamada(s) e {seconds} s de espera.',
    'Before a no-show: {calls} more call(s) and {seconds} s of waiting.',
    'Antes de marcar ausencia: {calls} llamada(s) más y {seconds} s de espera.',
  ),
  counter_not_found: spec(
    404,
    'Este guichê não existe.',
    'There is no such counter.',
    'Esta ventanilla no existe.',
  ),
  counter_taken: spec(
    409,
    'O guichê {number} já está em uso.',
    'Counter {number} is already in use.',
    'La ventanilla {number} ya está en uso.',
  ),
  no_counter: spec(
    409,
    'Escolha um guichê antes de chamar.',
    'Choose a counter before calling.',
    'Elija una ventanilla antes de llamar.',
  ),
  // Where a site is served
  hub_serves_site: spec(
    421,
    'A fila desta unidade é atendida pela central da própria unidade.',
    'The queue of this site is served by its own hub.',
    'La cola de esta sucursal la atiende su propia central.',
    'Send the command to the hub that the answer names. When that hub is dead, an admin gives its role to another totem.',
  ),
  not_the_hub: spec(
    421,
    'Este totem não é a central da unidade.',
    'This kiosk is not the hub of the site.',
    'Este tótem no es la central de la sucursal.',
    'Ask the cloud which totem is the hub, and send the command there.',
  ),
  served_by_cloud: spec(
    421,
    'Isto só pode ser feito com a conexão à nuvem.',
    'This can only be done with the link to the cloud.',
    'Esto solo puede hacerse con conexión a la nube.',
    'Send the command to the cloud.',
  ),
  hub_pin_wrong: spec(401, 'PIN incorreto.', 'Wrong PIN.', 'PIN incorrecto.'),
  hub_pin_locked: spec(
    403,
    'PIN bloqueado após muitas tentativas. Entre com a senha quando a conexão voltar.',
    'The PIN is locked after too many tries. Sign in with the password once the link is back.',
    'PIN bloqueado tras demasiados intentos. Entre con la contraseña cuando vuelva la conexión.',
  ),
  // What people settle
  conflict_settled: spec(
    409,
    'Este conflito já foi resolvido.',
    'This conflict has been resolved already.',
    'Este conflicto ya se resolvió.',
  ),
  // The ledger
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
  // The device
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
  // The place
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

export type ErrorCode = keyof typeof ERRORS;
export const ERROR_CODES = Object.keys(ERRORS) as ErrorCode[];

/** The text of an error in a language, with its params filled in. Params that were not given leave no braces behind. */
export function errorText(
  code: ErrorCode,
  locale: Locale,
  params: Readonly<Record<string, string | number>> = {},
): string {
  return ERRORS[code].text[locale].replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? '…'));
}
