/** The words of signing in, of the second factor, and of one's own account. */
import type { TextTree } from './text-tree.ts';

export const ACCESS_TEXTS = {
  login: {
    heading: ['Administração', 'Administration', 'Administración'],
    lead: ['Entre com o seu usuário.', 'Sign in with your user name.', 'Entre con su usuario.'],
    username: ['Usuário', 'User name', 'Usuario'],
    password: ['Senha', 'Password', 'Contraseña'],
    code: [
      'Código do aplicativo autenticador',
      'Code of the authenticator app',
      'Código de la aplicación autenticadora',
    ],
    codeHint: [
      'Seis dígitos, ou um dos seus códigos de recuperação.',
      'Six digits, or one of your recovery codes.',
      'Seis dígitos, o uno de sus códigos de recuperación.',
    ],
    newPassword: ['Nova senha', 'New password', 'Nueva contraseña'],
    newPasswordHint: [
      'Pelo menos 12 caracteres; algumas palavras que não se seguem servem bem.',
      'At least 12 characters; a few words that do not belong together do well.',
      'Al menos 12 caracteres; unas palabras que no van juntas sirven bien.',
    ],
    submit: ['Entrar', 'Sign in', 'Entrar'],
  },
  noAccess: {
    heading: [
      'Esta página é para administradores',
      'This page is for admins',
      'Esta página es para administradores',
    ],
    lead: [
      'O seu usuário trabalha no painel do atendente. Peça a um administrador se precisar de mais.',
      'Your user works at the operator’s panel. Ask an admin if you need more.',
      'Su usuario trabaja en el panel del operador. Pida a un administrador si necesita más.',
    ],
  },
  secondFactor: {
    gateHeading: ['Proteja a sua conta', 'Protect your account', 'Proteja su cuenta'],
    gateLead: [
      'A sua empresa exige um segundo fator: um código do celular além da senha.',
      'Your company requires a second factor: a code from your phone besides the password.',
      'Su empresa exige un segundo factor: un código del celular además de la contraseña.',
    ],
    password: ['Sua senha', 'Your password', 'Su contraseña'],
    begin: ['Continuar', 'Continue', 'Continuar'],
    scan: [
      'Leia este código com o aplicativo autenticador.',
      'Scan this code with your authenticator app.',
      'Lea este código con la aplicación autenticadora.',
    ],
    picture: [
      'Código QR para o aplicativo autenticador',
      'QR code for the authenticator app',
      'Código QR para la aplicación autenticadora',
    ],
    type: ['Ou digite nele:', 'Or type into it:', 'O escriba en ella:'],
    codeHint: [
      'Os seis dígitos que o aplicativo mostra agora.',
      'The six digits that the app shows now.',
      'Los seis dígitos que la aplicación muestra ahora.',
    ],
    confirm: ['Confirmar', 'Confirm', 'Confirmar'],
    recoveryLead: [
      'Guarde estes códigos fora do celular. Cada um vale uma vez se você perder o aparelho. Eles não aparecem de novo.',
      'Keep these codes away from your phone. Each counts once if you lose it. They are not shown again.',
      'Guarde estos códigos fuera del celular. Cada uno vale una vez si lo pierde. No se muestran de nuevo.',
    ],
    copy: ['Copiar os códigos', 'Copy the codes', 'Copiar los códigos'],
    kept: ['Guardei os códigos', 'I have kept the codes', 'Guardé los códigos'],
    done: ['Concluir', 'Done', 'Terminar'],
  },
  role: {
    admin: ['Administrador', 'Admin', 'Administrador'],
    operator: ['Atendente', 'Operator', 'Operador'],
    technician: ['Técnico', 'Technician', 'Técnico'],
  },
  person: {
    title: ['Pessoas', 'People', 'Personas'],
    one: ['Pessoa', 'Person', 'Persona'],
    new: ['Nova pessoa', 'New person', 'Nueva persona'],
    none: ['Ainda não há pessoas', 'There are no people yet', 'Todavía no hay personas'],
    noneHint: [
      'Crie um usuário para cada pessoa.',
      'Make a user for each person.',
      'Cree un usuario para cada persona.',
    ],
    remove: ['Remover', 'Remove', 'Eliminar'],
    removeHeading: ['Remover {{name}}?', 'Remove {{name}}?', '¿Eliminar a {{name}}?'],
    removeLead: [
      'A pessoa sai de todos os lugares em um minuto. O que ela fez continua registrado.',
      'They are signed out everywhere within a minute. What they did stays on record.',
      'La persona sale de todos los lugares en un minuto. Lo que hizo queda registrado.',
    ],
    section: {
      who: ['Quem é', 'Who', 'Quién es'],
      may: ['O que pode', 'What they may do', 'Qué puede'],
      access: ['Acesso', 'Access', 'Acceso'],
    },
    lead: {
      may: [
        'Administradores trabalham em todas as unidades; os outros, onde for marcado.',
        'Admins work at all sites; others where it is ticked.',
        'Los administradores trabajan en todas las sucursales; los demás, donde se marque.',
      ],
      access: [
        'Para quem não consegue entrar, ou não deve mais.',
        'For who cannot sign in, or must not any more.',
        'Para quien no puede entrar, o ya no debe.',
      ],
    },
    field: {
      fullName: ['Nome', 'Name', 'Nombre'],
      email: ['E-mail', 'Email', 'Correo'],
      username: ['Usuário', 'User name', 'Usuario'],
      password: ['Senha inicial', 'First password', 'Contraseña inicial'],
      locale: ['Idioma', 'Language', 'Idioma'],
      active: ['Pode entrar', 'May sign in', 'Puede entrar'],
      role: ['Papel', 'Role', 'Rol'],
      siteIds: ['Unidades', 'Sites', 'Sucursales'],
      serviceIds: ['Serviços', 'Services', 'Servicios'],
    },
    hint: {
      username: [
        'Letras, números, ponto e hífen; não muda depois.',
        'Letters, digits, dots and hyphens; does not change later.',
        'Letras, números, punto y guion; no cambia después.',
      ],
      password: [
        'A pessoa escolhe outra quando entrar pela primeira vez.',
        'They choose another when they first sign in.',
        'La persona elige otra cuando entre por primera vez.',
      ],
    },
    column: { lastLogin: ['Último acesso', 'Last sign-in', 'Último acceso'] },
    newPassword: ['Nova senha', 'New password', 'Nueva contraseña'],
    act: {
      password: ['Nova senha', 'New password', 'Nueva contraseña'],
      secondFactor: ['Tirar segundo fator', 'Remove second factor', 'Quitar segundo factor'],
      sessions: ['Encerrar sessões', 'End sessions', 'Cerrar sesiones'],
    },
    actLead: {
      password: [
        '{{name}} entra com esta senha e escolhe outra. As sessões abertas terminam.',
        '{{name}} signs in with this password and chooses another. Open sessions end.',
        '{{name}} entra con esta contraseña y elige otra. Las sesiones abiertas terminan.',
      ],
      secondFactor: [
        'Só depois de ter certeza de que quem pede é {{name}}.',
        'Only once you are sure that it is {{name}} who asks.',
        'Solo después de estar seguro de que quien pide es {{name}}.',
      ],
      sessions: [
        '{{name}} sai de todos os lugares em um minuto.',
        '{{name}} is signed out everywhere within a minute.',
        '{{name}} sale de todos los lugares en un minuto.',
      ],
    },
    done: {
      password: ['Senha trocada.', 'Password changed.', 'Contraseña cambiada.'],
      secondFactor: ['Segundo fator removido.', 'Second factor removed.', 'Segundo factor quitado.'],
      sessions: ['Sessões encerradas.', 'Sessions ended.', 'Sesiones cerradas.'],
    },
  },
  account: {
    lead: [
      'O que é seu: senha, segundo fator e sessões.',
      'What is yours: password, second factor and sessions.',
      'Lo suyo: contraseña, segundo factor y sesiones.',
    ],
    password: ['Senha', 'Password', 'Contraseña'],
    oldPassword: ['Senha atual', 'Current password', 'Contraseña actual'],
    changePassword: ['Trocar a senha', 'Change the password', 'Cambiar la contraseña'],
    passwordChanged: [
      'Senha trocada. As outras sessões terminaram.',
      'Password changed. Other sessions have ended.',
      'Contraseña cambiada. Las otras sesiones terminaron.',
    ],
    secondFactor: ['Segundo fator', 'Second factor', 'Segundo factor'],
    factorOn: [
      'Ligado: você entra com um código além da senha.',
      'On: you sign in with a code besides the password.',
      'Activo: usted entra con un código además de la contraseña.',
    ],
    factorOff: [
      'Desligado. Um código do celular protege a conta mesmo se a senha vazar.',
      'Off. A code from your phone protects the account even if the password leaks.',
      'Inactivo. Un código del celular protege la cuenta aunque la contraseña se filtre.',
    ],
    setUp: ['Ligar segundo fator', 'Set up second factor', 'Activar segundo factor'],
    turnOff: ['Desligar segundo fator', 'Turn off second factor', 'Desactivar segundo factor'],
    turnOffLead: [
      'Confirme com a senha e um código.',
      'Confirm with your password and a code.',
      'Confirme con la contraseña y un código.',
    ],
    sessions: ['Onde estou conectado', 'Where I am signed in', 'Dónde estoy conectado'],
    browser: ['Navegador', 'Browser', 'Navegador'],
    since: ['Desde', 'Since', 'Desde'],
    used: ['Última atividade', 'Last active', 'Última actividad'],
    here: ['Esta sessão', 'This session', 'Esta sesión'],
    end: ['Encerrar', 'End', 'Cerrar'],
  },
} as const satisfies TextTree;
