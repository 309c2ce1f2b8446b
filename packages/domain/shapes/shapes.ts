/**
 * Named shapes: what readers may follow, declared once. The server fixes tenant and site from the caller's credentials; only
 * the columns listed here are ever captured into a change log: no secrets, no personal data.
 */

import type { Table } from '../rows/table.ts';
import {
  appointmentTable,
  callTable,
  counterTable,
  deviceStatusTable,
  operatorSessionTable,
  printJobTable,
  priorityClassTable,
  serviceTable,
  siteTable,
  ticketTable,
} from '../rows/tables.ts';
import type { BusinessDay } from '../time/business-day.ts';

export const SHAPE_NAMES = [
  'site',
  'service',
  'priority_class',
  'counter',
  'ticket',
  'call',
  'operator_session',
  'appointment',
  'print_job',
  'device_status',
] as const;
export type ShapeName = (typeof SHAPE_NAMES)[number];

/** How a shape is filtered, besides its tenant. */
export type ShapeScope =
  /** The one row of the site. */
  | 'site_itself'
  /** Every row of the tenant. */
  | 'tenant'
  /** Rows of the site. */
  | 'site'
  /** Rows of the site from a business day on; the day is frozen in the shape's handle. */
  | 'site_since_day'
  /** Rows of the site of a business day, the one before it and the week after it; the day is frozen likewise. */
  | 'site_around_day';

export interface NamedShape {
  readonly table: Table;
  readonly scope: ShapeScope;
  /** Where the shape exists: everywhere, or only on a totem about itself. */
  readonly place: 'everywhere' | 'totem';
}

const shape = (table: Table, scope: ShapeScope, place: NamedShape['place'] = 'everywhere'): NamedShape => ({
  table,
  scope,
  place,
});

export const NAMED_SHAPES: Record<ShapeName, NamedShape> = {
  site: shape(siteTable, 'site_itself'),
  service: shape(serviceTable, 'tenant'),
  priority_class: shape(priorityClassTable, 'tenant'),
  counter: shape(counterTable, 'site'),
  ticket: shape(ticketTable, 'site_since_day'),
  call: shape(callTable, 'site_since_day'),
  operator_session: shape(operatorSessionTable, 'site'),
  appointment: shape(appointmentTable, 'site_around_day'),
  print_job: shape(printJobTable, 'site', 'totem'),
  device_status: shape(deviceStatusTable, 'site', 'totem'),
};

/** The query of a shape's URL besides the protocol's own parameters. The URL names tenant and site, because a client tells shapes apart by URL alone. */
export interface ShapeQuery {
  readonly shape: ShapeName;
  readonly tenant: string;
  readonly site: string;
}

/** So far ahead a totem knows what is booked when its link fails. */
export const DAYS_AHEAD = 7;

/** The business days of `site_around_day`: yesterday's too, so that who comes a day late is told so. */
export function daysAround(day: BusinessDay): BusinessDay[] {
  const first = Temporal.PlainDate.from(day).subtract({ days: 1 });
  return Array.from({ length: DAYS_AHEAD + 2 }, (_, index) => first.add({ days: index }).toString());
}

export function isShapeName(name: string): name is ShapeName {
  return (SHAPE_NAMES as readonly string[]).includes(name);
}
