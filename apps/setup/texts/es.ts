/** The technician's screen in Spanish. */
import type { SetupTexts } from './pt-br.ts';

export const es: SetupTexts = {
  step: 'Paso {{step}} de 3',
  code: {
    heading: 'Conecte este tótem',
    lead: 'En la administración, abra Equipos, elija este tótem y pida el código. Vale diez minutos.',
    label: 'Código',
    empty: 'Escriba los ocho caracteres',
    keys: 'Teclado',
    erase: 'Borrar',
    go: 'Conectar',
  },
  waiting: {
    heading: 'Compare y confirme',
    lead: '¿La administración muestra esta misma identificación? Entonces confírmela allí. Si es otra, rechácela.',
    label: 'Identificación de este tótem',
    left: 'El tiempo se acaba en {{time}}',
    over: 'Se acabó el tiempo',
    unreached: 'La central no responde. Seguimos intentando; no se pierde nada.',
    again: 'Usar otro código',
  },
  done: {
    heading: 'Todo listo',
    lead: 'Este tótem ahora es {{identifier}}, en {{site}}.',
    starting: 'Preparando los turnos…',
  },
  retryIn_one: 'Intente de nuevo en {{count}} segundo.',
  retryIn_other: 'Intente de nuevo en {{count}} segundos.',
  lost: 'El programa del tótem no responde. Intentando de nuevo…',
};
