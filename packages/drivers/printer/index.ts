/** Printing: the port, the network printer, the ticket, and the virtual printer, by name. */

export { type FoundSerialPort, findSerialPorts } from '../serial/open-port.ts';
export { isPrinterAddress, type PrinterAddress, parsePrinterAddress, RAW_PRINT_PORT } from './address.ts';
export { createPrinter, type PrinterWay, parsePrinterWay, printerWayText } from './choice.ts';
export { CODE_PAGES, type CodePage } from './code-pages.ts';
export { encodeJob } from './encode-job.ts';
export {
  type Alignment,
  type Block,
  isQrData,
  QR_DATA_LENGTH_MAX,
  renderText,
  type Scale,
  type TextBlock,
  type TextStyle,
  text,
} from './layout.ts';
export {
  PAPER_LEVELS,
  type PaperLevel,
  PRINTER_CAUSES,
  PRINTER_ERRORS,
  type PrinterCause,
  type PrinterError,
  type PrinterPort,
  type PrinterStatus,
  type PrintOptions,
  type PrintOutcome,
  printable,
  UNREACHABLE,
} from './port.ts';
export { PRINTER_LIMITS, type PrinterLimits } from './printer-port.ts';
export {
  COMPLETIONS,
  type Completion,
  CUTS,
  type Cut,
  DIALECTS,
  type Dialect,
  type PrinterProfile,
} from './profile.ts';
export { DEFAULT_PROFILE, PRINTER_PROFILES, profileById } from './profiles.ts';
export { createSerialPrinter, isSerialLine, type SerialLine, type SerialPrinterOptions } from './serial.ts';
export { createSystemQueuePrinter, findQueues, isQueueName } from './system-queue.ts';
export { createTcpPrinter, type TcpPrinterOptions } from './tcp.ts';
export { pageLine, visibleLine } from './text.ts';
export { type TicketContent, type TicketLabels, ticketLayout } from './ticket.ts';
export { createUsbPrinter, type FoundUsbPrinter, findUsbPrinters } from './usb.ts';
export { loadUsbBus, type UsbBus } from './usb-bus.ts';
export { ROLLS, type Roll } from './virtual/accents/accent.ts';
export { decodeJob } from './virtual/decoder.ts';
export type { MechanismState, Switches } from './virtual/mechanism.ts';
export { type PaperEnd, type PaperRow, type Slip, type Span, slipText } from './virtual/paper.ts';
export { paperSvg } from './virtual/paper-svg.ts';
export type { Paper } from './virtual/printer-body.ts';
export {
  startVirtualPrinter,
  type VirtualPrinter,
  type VirtualPrinterOptions,
} from './virtual/virtual-printer.ts';
