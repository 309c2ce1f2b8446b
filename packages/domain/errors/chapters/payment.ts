/** Codes about payments and refunds. */
import { type ErrorSpec, spec } from '../spec.ts';

const LOOK_AT_PAYMENT = "Look at the payment's exchanges: they say what the provider or terminal answered.";

export const PAYMENT_ERRORS = {
  payment_not_found: spec(
    404,
    'Este pagamento não foi encontrado.',
    'This payment was not found.',
    'No se encontró este pago.',
  ),
  payment_exists: spec(
    409,
    'Este pagamento já foi iniciado.',
    'This payment has already begun.',
    'Este pago ya se inició.',
  ),
  payment_phase: spec(
    409,
    'Isto não é possível agora: o pagamento está em outra etapa.',
    'This is not possible now: the payment is at another stage.',
    'Esto no es posible ahora: el pago está en otra etapa.',
    LOOK_AT_PAYMENT,
  ),
  payment_ended: spec(
    409,
    'Este pagamento já terminou.',
    'This payment has already ended.',
    'Este pago ya terminó.',
  ),
  payment_without_proof: spec(
    409,
    'Ainda não há comprovação deste pagamento.',
    'There is no proof of this payment yet.',
    'Todavía no hay comprobación de este pago.',
    LOOK_AT_PAYMENT,
  ),
  payment_amount_differs: spec(
    409,
    'O valor recebido não é o que foi pedido.',
    'The amount received is not the one asked for.',
    'El importe recibido no es el solicitado.',
    "Settle it with the provider: compare its statement with the payment's exchanges.",
  ),
  payment_amount: spec(
    422,
    'O valor a pagar não é válido.',
    'The amount to pay is not valid.',
    'El importe a pagar no es válido.',
    'Check the price of the service.',
  ),
  payment_already_paid: spec(
    409,
    'Esta senha já está paga.',
    'This ticket is already paid.',
    'Este turno ya está pagado.',
  ),
  payment_in_progress: spec(
    409,
    'Há um pagamento desta senha em andamento. Não pague de novo.',
    'A payment of this ticket is in progress. Do not pay again.',
    'Hay un pago de este turno en curso. No pague de nuevo.',
    'Wait for the provider, or settle the open payment.',
  ),
  terminal_busy: spec(
    409,
    'O terminal de pagamento está ocupado. Aguarde um momento.',
    'The payment terminal is busy. Wait a moment.',
    'La terminal de pago está ocupada. Espere un momento.',
    'Look for a payment that is still open at this terminal.',
  ),
  payment_method_closed: spec(
    503,
    'Esta forma de pagamento não está disponível agora. Escolha outra.',
    'This payment method is not available now. Choose another.',
    'Esta forma de pago no está disponible ahora. Elija otra.',
    'Check the terminal or the connection to the provider.',
  ),
  refund_not_paid: spec(
    409,
    'Só se devolve o que foi pago.',
    'Only what was paid can be refunded.',
    'Solo se devuelve lo que se pagó.',
  ),
  refund_in_progress: spec(
    409,
    'Há uma devolução deste pagamento em andamento.',
    'A refund of this payment is in progress.',
    'Hay una devolución de este pago en curso.',
  ),
  refund_unsupported: spec(
    409,
    'Este meio de pagamento não permite devolução por aqui. Use o portal do provedor.',
    'This payment method cannot be refunded from here. Use the portal of the provider.',
    'Este medio de pago no permite devolución desde aquí. Use el portal del proveedor.',
  ),
  refund_exceeds: spec(
    422,
    'O valor é maior do que ainda pode ser devolvido.',
    'The amount is more than can still be refunded.',
    'El importe supera lo que aún se puede devolver.',
  ),
  refund_full_only: spec(
    422,
    'Este meio de pagamento só permite devolver o valor total.',
    'This payment method can only be refunded in full.',
    'Este medio de pago solo permite devolver el importe total.',
  ),
  refund_too_late: spec(
    409,
    'O prazo para devolver este pagamento terminou.',
    'The time to refund this payment has ended.',
    'El plazo para devolver este pago terminó.',
    'Return the money another way, and write down how.',
  ),
  refund_needs_reason: spec(
    422,
    'Diga o motivo da devolução.',
    'Say why it is refunded.',
    'Indique el motivo de la devolución.',
  ),
  refund_needs_approver: spec(
    403,
    'Esta devolução precisa da aprovação de outra pessoa.',
    'This refund needs the approval of another person.',
    'Esta devolución necesita la aprobación de otra persona.',
  ),
} as const satisfies Record<string, ErrorSpec>;
