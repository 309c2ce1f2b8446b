/** What other packages test cash with. */
export { type BookPlace, describeCashBook } from './book-conformance.ts';
export { type CashRig, openCashRig, piecesOf } from './cash-rig.ts';
export { type SerialCashMachine, startSerialCashMachine } from './serial-machine.ts';
