/** Payment service providers. So far: Pix by the central bank's API. */
export { type ClientTls, createHttpSend, type HttpSend } from './http.ts';
export { chargesHinted, createPixPort } from './pix/adapter.ts';
export { createPixApi, type PixApi, type PixConfig } from './pix/api.ts';
export { type BrCode, decodeBrCode, encodeBrCode } from './pix/br-code.ts';
export { openPixSimulator, type PixSimulator } from './pix/simulator.ts';
