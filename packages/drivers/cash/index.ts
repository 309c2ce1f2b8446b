/** Cash machines. So far: notes and coins by ccTalk. */
export { type CashMachine, createCashPort, NOTES_AND_COINS } from './adapter.ts';
export type { CashBook, CashSession, Piece, Seen, UnitState } from './book.ts';
export { owedOf } from './book.ts';
export { UNIT_KINDS, type UnitKind } from './events.ts';
export { CHECKS, type Check } from './frame.ts';
export {
  CASH_FAULTS,
  type CashFault,
  type CashSimulator,
  openCashSimulator,
} from './simulator/cash-simulator.ts';
export { type CashWay, createCashPortAt } from './ways.ts';
