/** Codes about where a site is served: by the cloud, or by one of its totems as hub. */
import { type ErrorSpec, spec } from '../spec.ts';

export const HUB_ERRORS = {
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
} as const satisfies Record<string, ErrorSpec>;
