/** Payment service providers, and the port that they fulfil: Pix by the central bank's API, and by PagBank's orders. */
export { type ClientTls, createHttpSend, type HttpSend } from '../http/send.ts';
export { refundExchange as exchangeOfRefund } from '../payment/exchanges.ts';
export type { Answer, Charge, PaymentPort, Readiness, RefundAnswer, RefundOrder } from '../payment/port.ts';
export type { CallResult } from './calls.ts';
export { orderHinted } from './pagbank/adapter.ts';
export type { PagBankConfig } from './pagbank/api.ts';
export type { KnownOrder, KnownRefund, OrderBook } from './pagbank/order-book.ts';
export { createPagBankProvider } from './pagbank/provider.ts';
export { isPagBankSignature, SIGNATURE_HEADER } from './pagbank/signature.ts';
export type { PagBankFault } from './pagbank/simulated-books.ts';
export { openPagBankSimulator, type PagBankSimulator } from './pagbank/simulator.ts';
export { chargesHinted, createPixPort } from './pix/adapter.ts';
export { createPixApi, type PixConfig } from './pix/api.ts';
export { type BrCode, decodeBrCode, encodeBrCode } from './pix/br-code.ts';
export { createPixProvider } from './pix/provider.ts';
export type { PixFault } from './pix/simulated-bank.ts';
export { openPixSimulator, type PixSimulator } from './pix/simulator.ts';
export type { Provider, ReceivedPayment } from './provider.ts';
