/** Messages of the Shape protocol as this package takes them: rows as the texts of their columns. */
import {
  isChangeMessage,
  isControlMessage,
  type Message,
  type ShapeStreamOptions,
} from '@electric-sql/client';

/** A row, or the changed part of one, by column name. */
export type WireRow = Readonly<Record<string, unknown>>;

export type WireChange =
  | { readonly op: 'put'; readonly row: WireRow }
  | { readonly op: 'merge'; readonly row: WireRow }
  | { readonly op: 'delete'; readonly row: WireRow };

export type WireEvent =
  | { readonly kind: 'change'; readonly change: WireChange }
  | { readonly kind: 'up_to_date' }
  | { readonly kind: 'must_refetch' };

const asIs = (text: string) => text;
/** Values stay text: the declared tables know how to read them. */
export const TEXT_PARSER: NonNullable<ShapeStreamOptions['parser']> = {
  int2: asIs,
  int4: asIs,
  int8: asIs,
  bool: asIs,
  float4: asIs,
  float8: asIs,
  json: asIs,
  jsonb: asIs,
};

/** What a message means; undefined for one that this follower has no use for. */
export function wireEvent(message: Message): WireEvent | undefined {
  if (isChangeMessage(message)) {
    const { value: row } = message;
    switch (message.headers.operation) {
      // A repeated batch brings rows that are there already.
      case 'insert':
        return { kind: 'change', change: { op: 'put', row } };
      case 'update':
        return { kind: 'change', change: { op: 'merge', row } };
      case 'delete':
        return { kind: 'change', change: { op: 'delete', row } };
      default:
        return message.headers.operation satisfies never;
    }
  }
  if (!isControlMessage(message)) return undefined;
  switch (message.headers.control) {
    case 'up-to-date':
      return { kind: 'up_to_date' };
    case 'must-refetch':
      return { kind: 'must_refetch' };
    default:
      return undefined;
  }
}
