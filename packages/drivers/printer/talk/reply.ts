/** What printers say, sorted: the replies of every dialect, and the parser that makes them of bytes. */

export type PrinterReply =
  /** ESC/POS: the answer to DLE EOT n. */
  | { readonly kind: 'realtime'; readonly byte: number }
  /** ESC/POS: header 35, 37, 3B, 3D or 5F hex, then data, without the closing NUL. */
  | { readonly kind: 'block'; readonly header: number; readonly data: Uint8Array }
  /** Automatic status: ESC/POS's four bytes, or Star's of the length that it says, sent on every change once enabled. */
  | { readonly kind: 'automatic'; readonly bytes: Uint8Array }
  /** ESC/POS: the answer to GS r n. Daruma: the answer to any question. */
  | { readonly kind: 'single'; readonly byte: number }
  /** Custom: the four bytes after 10 0F that DLE EOT 20 is answered with. */
  | { readonly kind: 'presenter'; readonly bytes: Uint8Array };

export interface ReplyParser {
  /** The replies that these bytes complete, in order. Bytes may be cut anywhere. */
  push(bytes: Uint8Array): PrinterReply[];
}
