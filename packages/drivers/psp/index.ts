/** Payment service providers, and the port that they fulfil. So far: Pix by the central bank's API. */
export { refundExchange as exchangeOfRefund } from '../payment/exchanges.ts';
export type { Answer, Charge, PaymentPort, Readiness, RefundAnswer, RefundOrder } from '../payment/port.ts';
export { type ClientTls, createHttpSend, type HttpSend } from './http.ts';
export { chargesHinted, createPixPort } from './pix/adapter.ts';
export { createPixApi, type PixApi, type PixConfig } from './pix/api.ts';
export { type BrCode, decodeBrCode, encodeBrCode } from './pix/br-code.ts';
export type { ReceivedPix } from './pix/messages.ts';
export type { PixFault } from './pix/simulated-bank.ts';
export { openPixSimulator, type PixSimulator } from './pix/simulator.ts';
