/**
 * The copy of a shape that a screen holds, made of the protocol's messages. Rows stay in the text that came until they are
 * shown, because an update carries only the columns that changed; and only whole states are given out, at up-to-date.
 */
import { isChangeMessage, isControlMessage, type Message, type Row } from '@electric-sql/client';
import {
  type AppointmentRow,
  type CallRow,
  type CounterRow,
  type DeviceStatusRow,
  NAMED_SHAPES,
  type OperatorSessionRow,
  type PrintJobRow,
  type PriorityClassRow,
  rowFromSql,
  type ServiceRow,
  type ShapeName,
  type SiteRow,
  type TicketRow,
} from '@totem/domain';

/** The row of each shape. */
export interface ShapeRows {
  readonly site: SiteRow;
  readonly service: ServiceRow;
  readonly priority_class: PriorityClassRow;
  readonly counter: CounterRow;
  readonly ticket: TicketRow;
  readonly call: CallRow;
  readonly operator_session: OperatorSessionRow;
  readonly appointment: AppointmentRow;
  readonly print_job: PrintJobRow;
  readonly device_status: DeviceStatusRow;
}
const asText = (text: string): string => text;

/** Keeps every value in the text of the wire: the domain's tables know better than the client what a column is. */
export const TEXT_PARSER = Object.fromEntries(
  ['int2', 'int4', 'int8', 'bool', 'float4', 'float8', 'json', 'jsonb'].map((type) => [type, asText]),
);

export interface ShapeCopy<N extends ShapeName> {
  /** Takes a batch. @returns the rows when the copy is whole after it (the same array if none changed), else undefined. @throws TypeError on a value that is none of its column. */
  take(messages: readonly Message<Row>[]): readonly ShapeRows[N][] | undefined;
}

/** An empty copy of a shape. */
export function createShapeCopy<N extends ShapeName>(name: N): ShapeCopy<N> {
  const { table } = NAMED_SHAPES[name];
  const raw = new Map<string, Readonly<Record<string, unknown>>>();
  // A row that did not change keeps its identity, so that a list redraws only what did.
  const decoded = new WeakMap<object, ShapeRows[N]>();
  const rowOf = (from: Readonly<Record<string, unknown>>): ShapeRows[N] => {
    const known = decoded.get(from);
    if (known !== undefined) return known;
    const row = rowFromSql(table, from) as unknown as ShapeRows[N];
    decoded.set(from, row);
    return row;
  };
  let given: readonly ShapeRows[N][] | undefined;
  return {
    take: (messages) => {
      let isWhole = false;
      for (const message of messages) {
        if (isControlMessage(message)) {
          const { control } = message.headers;
          if (control === 'must-refetch') {
            raw.clear();
            given = undefined;
          }
          isWhole = control === 'up-to-date';
        } else if (isChangeMessage(message)) {
          isWhole = false;
          given = undefined;
          if (message.headers.operation === 'delete') raw.delete(message.key);
          else raw.set(message.key, { ...raw.get(message.key), ...message.value });
        }
      }
      if (!isWhole) return undefined;
      given ??= [...raw.values()].map(rowOf);
      return given;
    },
  };
}
