/** The commands that each dialect says in its own way, and that the dictionary has not, or has wrong. */
import type { Scale } from '../layout.ts';

export interface OwnCommands {
  /** The state that a job relies on: whatever was printed before it is forgotten. */
  start(): Uint8Array;
  size(width: Scale, height: Scale): Uint8Array;
  /** Prints what is in the line and feeds. */
  feed(lines: number): Uint8Array;
  /** Feeds to the cutter, cuts, and hands the slip to whoever waits. Obeyed at the start of a line only. */
  cut(): Uint8Array;
  /**
   * Ends a command that was cut off, whose missing bytes the printer would take from the next job: nothing where there is none.
   * What was printed of that job stays on the slip.
   */
  flush(): Uint8Array;
  /** A QR code, centred. @throws RangeError for data that `isQrData` refuses. */
  qr(data: string): Uint8Array;
}
