/** Webhooks and notifications. */
import { spec } from '../spec.ts';

export const TELLING_ERRORS = {
  webhook_address_refused: spec(
    422,
    'O endereço do webhook precisa ser https, na porta 443 ou 8443, e de um servidor na internet.',
    'The address of the webhook must be https, at port 443 or 8443, and of a server on the internet.',
    'La dirección del webhook debe ser https, en el puerto 443 o 8443, y de un servidor en internet.',
    'Check the name and the port: it must not lead into a private network.',
  ),
  receiver_not_in_use: spec(
    409,
    'Este destino está desativado. Ative-o e tente de novo.',
    'This receiver is not in use. Activate it and try again.',
    'Este destino está desactivado. Actívelo y vuelva a intentarlo.',
    'A webhook that was disabled is activated by setting `active` to true.',
  ),
} as const;
