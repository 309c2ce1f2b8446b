/** Codes about what was sent: its form, its size, its fields. */
import { type ErrorSpec, spec } from '../spec.ts';

export const SENT_ERRORS = {
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
} as const satisfies Record<string, ErrorSpec>;
