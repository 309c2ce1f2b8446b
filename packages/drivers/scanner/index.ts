/** Scanning: readers on a serial port. What a reading is, and readers that play a keyboard, are the domain's: screens ask for them too. */
export { lastAsked } from './last-asked.ts';
export { createSerialScanner, type Scanner } from './serial-scanner.ts';
