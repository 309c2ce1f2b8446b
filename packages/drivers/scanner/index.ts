/** Scanning: readers on a serial port and readers that play a keyboard, and what a reading is. */
export { READING_LENGTH_MAX, readingOf } from './reading.ts';
export { createSerialScanner, type Scanner } from './serial-scanner.ts';
export { NOTHING_TYPED, type Wedge, type WedgeKey, wedgeAfter } from './wedge.ts';
