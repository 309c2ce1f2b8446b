/** What people are told, for each event and in each language; names in braces are filled in. */
import type { EventName, TEST_EVENT } from '@totem/api';
import type { Locale } from '@totem/domain';

type Texts = Readonly<Record<Locale, string>>;

const texts = (pt: string, en: string, es: string): Texts => ({ 'pt-BR': pt, en, es });

export const NOTICES: Readonly<Record<EventName | typeof TEST_EVENT, Texts>> = {
  test: texts(
    'Teste: os avisos do Totem chegam aqui.',
    'Test: notices of Totem arrive here.',
    'Prueba: los avisos de Totem llegan aquí.',
  ),
  'ticket.created': texts(
    'Senha {code} emitida às {time}.',
    'Ticket {code} was issued at {time}.',
    'Turno {code} emitido a las {time}.',
  ),
  'ticket.called': texts(
    'Senha {code} chamada às {time}.',
    'Ticket {code} was called at {time}.',
    'Turno {code} llamado a las {time}.',
  ),
  'ticket.started': texts(
    'Atendimento da senha {code} iniciado às {time}.',
    'The service of ticket {code} began at {time}.',
    'La atención del turno {code} comenzó a las {time}.',
  ),
  'ticket.finished': texts(
    'Atendimento da senha {code} encerrado às {time}.',
    'The service of ticket {code} ended at {time}.',
    'La atención del turno {code} terminó a las {time}.',
  ),
  'ticket.canceled': texts(
    'Senha {code} cancelada às {time}.',
    'Ticket {code} was canceled at {time}.',
    'Turno {code} cancelado a las {time}.',
  ),
  'ticket.expired': texts(
    'Senha {code} expirou às {time}.',
    'Ticket {code} expired at {time}.',
    'El turno {code} venció a las {time}.',
  ),
  'payment.paid': texts(
    'Pagamento de {amount} confirmado às {time}.',
    'A payment of {amount} was made at {time}.',
    'Pago de {amount} confirmado a las {time}.',
  ),
  'payment.failed': texts(
    'Pagamento de {amount} não foi concluído às {time}.',
    'A payment of {amount} did not come about at {time}.',
    'El pago de {amount} no se completó a las {time}.',
  ),
  'payment.refunded': texts(
    '{refunded} de {amount} devolvidos às {time}.',
    '{refunded} of {amount} were given back at {time}.',
    'Se devolvieron {refunded} de {amount} a las {time}.',
  ),
  'device.offline': texts(
    '{device} não dá sinal desde {since}. Verifique a energia e a rede.',
    '{device} has not been heard of since {since}. Check its power and network.',
    '{device} no da señal desde {since}. Revise la energía y la red.',
  ),
  'device.online': texts(
    '{device} voltou a dar sinal às {time}.',
    '{device} is heard of again since {time}.',
    '{device} volvió a dar señal a las {time}.',
  ),
  'printer.troubled': texts(
    'A impressora de {device} precisa de alguém desde {since}: papel, tampa ou sem resposta.',
    'The printer of {device} needs somebody since {since}: paper, cover, or no answer.',
    'La impresora de {device} necesita atención desde {since}: papel, tapa o sin respuesta.',
  ),
  'printer.ready': texts(
    'A impressora de {device} voltou a funcionar às {time}.',
    'The printer of {device} works again since {time}.',
    'La impresora de {device} volvió a funcionar a las {time}.',
  ),
  'terminal.down': texts(
    'A maquininha de {device} não responde desde {since}. Verifique o cabo, a energia e o gerenciador.',
    'The card terminal of {device} does not answer since {since}. Check its cable, its power and the payment manager.',
    'El terminal de pago de {device} no responde desde {since}. Revise el cable, la energía y el gestor.',
  ),
  'terminal.ready': texts(
    'A maquininha de {device} voltou a responder às {time}.',
    'The card terminal of {device} answers again since {time}.',
    'El terminal de pago de {device} volvió a responder a las {time}.',
  ),
  'backup.overdue': texts(
    'O último backup conferido é de {since}. Veja o registro do programa de backup.',
    'The newest backup that was verified is of {since}. See the log of the backup program.',
    'El último respaldo verificado es de {since}. Vea el registro del programa de respaldo.',
  ),
  'backup.verified': texts(
    'Há de novo um backup conferido, desde {time}.',
    'There is a backup again that was verified, as of {time}.',
    'Hay de nuevo un respaldo verificado, desde {time}.',
  ),
  'ledger.behind': texts(
    '{device} tem lançamentos que não consegue enviar desde {since}.',
    '{device} has entries that it could not send since {since}.',
    '{device} tiene registros que no logra enviar desde {since}.',
  ),
  'ledger.caught_up': texts(
    '{device} enviou todos os lançamentos às {time}.',
    '{device} has sent all its entries at {time}.',
    '{device} envió todos sus registros a las {time}.',
  ),
  'clock.suspect': texts(
    'O relógio de {device} está errado desde {since}. Acerte a data e a hora.',
    'The clock of {device} is wrong since {since}. Set its date and time.',
    'El reloj de {device} está mal desde {since}. Ajuste la fecha y la hora.',
  ),
  'clock.trusted': texts(
    'O relógio de {device} voltou a ficar certo às {time}.',
    'The clock of {device} is right again since {time}.',
    'El reloj de {device} volvió a estar bien a las {time}.',
  ),
  'conflict.found': texts(
    'Algo que aconteceu não se encaixa e precisa ser verificado. Veja em Conflitos.',
    'Something happened that does not fit and has to be looked at. See Conflicts.',
    'Algo que ocurrió no encaja y hay que revisarlo. Vea Conflictos.',
  ),
  'chain.broken': texts(
    'O registro de auditoria foi alterado ({faults} falhas). Preserve o banco de dados e chame o suporte.',
    'The audit record was found altered ({faults} faults). Preserve the database and call support.',
    'El registro de auditoría fue alterado ({faults} fallas). Conserve la base de datos y llame a soporte.',
  ),
  'webhook.disabled': texts(
    'O webhook "{name}" foi desativado: o destino não existe mais ou não respondeu.',
    'The webhook "{name}" was disabled: its receiver is gone or has not answered.',
    'El webhook "{name}" fue desactivado: el destino ya no existe o no respondió.',
  ),
};

/** What stands before a notice, as the subject of a mail. */
export const SUBJECTS: Readonly<Record<'alert' | 'recovery' | 'notice', Texts>> = {
  alert: texts('Atenção', 'Attention', 'Atención'),
  recovery: texts('Resolvido', 'Resolved', 'Resuelto'),
  notice: texts('Aviso', 'Notice', 'Aviso'),
};
