/** The words of privacy: one person found, handed out and erased, and how long things are kept. */
import type { TextTree } from './text-tree.ts';

export const PRIVACY_TEXTS = {
  privacy: {
    lead: [
      'O que se guarda de quem foi atendido, por quanto tempo, e quem olhou.',
      'What is kept of those who were served, for how long, and who has looked.',
      'Qué se guarda de quienes fueron atendidos, por cuánto tiempo, y quién miró.',
    ],
    person: ['Uma pessoa', 'One person', 'Una persona'],
    personLead: [
      'Tudo o que se guarda dela, para entregar ou apagar. A busca fica registrada.',
      'All that is held of them, to hand out or to erase. The search is recorded.',
      'Todo lo que se guarda de ella, para entregar o borrar. La búsqueda queda registrada.',
    ],
    by: ['Buscar por', 'Find by', 'Buscar por'],
    mark: {
      document: ['Documento', 'Document', 'Documento'],
      phone: ['Telefone', 'Telephone', 'Teléfono'],
      email: ['E-mail', 'Email', 'Correo electrónico'],
      name: ['Nome completo', 'Full name', 'Nombre completo'],
    },
    remove: ['Apagar', 'Erase', 'Borrar'],
    find: ['Buscar', 'Find', 'Buscar'],
    nothing: [
      'Não se guarda nada desta pessoa.',
      'Nothing is held of this person.',
      'No se guarda nada de esta persona.',
    ],
    notWhole: [
      'Há mais do que cabe em um arquivo. Entregue este, apague, e busque de novo.',
      'There is more than one file takes. Hand this one out, erase, and find again.',
      'Hay más de lo que cabe en un archivo. Entregue este, borre y busque de nuevo.',
    ],
    tickets: ['Senhas', 'Tickets', 'Turnos'],
    appointments: ['Agendamentos', 'Appointments', 'Citas'],
    keptAside: [
      'Dados ilegíveis de dispositivos',
      'Unreadable data of devices',
      'Datos ilegibles de dispositivos',
    ],
    download: ['Baixar tudo', 'Download everything', 'Descargar todo'],
    erase: ['Apagar a pessoa', 'Erase the person', 'Borrar a la persona'],
    eraseHeading: ['Apagar esta pessoa?', 'Erase this person?', '¿Borrar a esta persona?'],
    eraseLead: [
      'Nome, documento e contatos somem de tudo, também dos totens. As senhas e os pagamentos ficam. Não há volta.',
      'Name, document and contacts go from everything, totems too. Tickets and payments stay. It cannot be undone.',
      'Nombre, documento y contactos desaparecen de todo, también de los tótems. Los turnos y los pagos quedan. No se puede deshacer.',
    ],
    erased: [
      'Apagada. Os totens apagam no próximo contato, em geral em menos de um minuto.',
      'Erased. Totems erase with their next sign of life, usually within a minute.',
      'Borrada. Los tótems borran en su próximo contacto, en general en menos de un minuto.',
    ],
    why: ['Motivo', 'Reason', 'Motivo'],
    reason: {
      asked: ['A pessoa pediu', 'The person asked', 'La persona lo pidió'],
      consent_withdrawn: ['Retirou o consentimento', 'Consent was withdrawn', 'Retiró el consentimiento'],
      collected_by_mistake: ['Coletado por engano', 'Collected by mistake', 'Recogido por error'],
    },
    section: { keeping: ['Prazos', 'How long', 'Plazos'] },
    field: {
      peopleKeptDays: [
        'Guardar dados da pessoa (dias)',
        'Keep a person’s data (days)',
        'Guardar datos de la persona (días)',
      ],
      ticketsKeptDays: [
        'Guardar senhas e comprovantes (dias)',
        'Keep tickets and receipts (days)',
        'Guardar turnos y comprobantes (días)',
      ],
    },
    hint: {
      peopleKeptDays: [
        'De 1 a 180. Depois fica só o atendimento, sem a pessoa.',
        'From 1 to 180. Then what happened stays, without the person.',
        'De 1 a 180. Después queda solo la atención, sin la persona.',
      ],
      ticketsKeptDays: [
        'De 366 a 3650. Depois ficam só os números do dia. Pagamentos não são apagados.',
        'From 366 to 3650. Then only the day’s figures stay. Payments are not removed.',
        'De 366 a 3650. Después quedan solo las cifras del día. Los pagos no se borran.',
      ],
    },
    register: [
      'Quem acessou dados pessoais',
      'Who had access to personal data',
      'Quién accedió a datos personales',
    ],
    noAccess: ['Ninguém acessou ainda', 'Nobody has yet', 'Nadie accedió todavía'],
    noAccessHint: [
      'Cada leitura, entrega e apagamento aparece aqui.',
      'Each reading, handing out and erasure is shown here.',
      'Cada lectura, entrega y borrado aparece aquí.',
    ],
    by_retention: ['Prazo vencido', 'Time was up', 'Plazo vencido'],
    by_restore: ['Restauração', 'Restore', 'Restauración'],
    user: ['Dados de quem saiu', 'Data of who has left', 'Datos de quien se fue'],
    userLead: [
      'Nome, usuário e e-mail somem. O que a pessoa fez fica registrado sob um código.',
      'Name, user name and email go. What the person did stays recorded under a code.',
      'Nombre, usuario y correo desaparecen. Lo que la persona hizo queda registrado con un código.',
    ],
    eraseUser: ['Apagar os dados', 'Erase the data', 'Borrar los datos'],
    eraseUserHeading: [
      'Apagar os dados de {{name}}?',
      'Erase the data of {{name}}?',
      '¿Borrar los datos de {{name}}?',
    ],
  },
} as const satisfies TextTree;
