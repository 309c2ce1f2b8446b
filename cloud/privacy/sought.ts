/** Where one person is held: the tickets, the bookings, and what was kept aside unread, by what the person is known by. */
import { comparableMark, type PersonMark } from '@totem/domain';
import type { ReadHandle, Statement } from '../db/with-tenant.ts';

export interface Sought {
  readonly by: PersonMark;
  readonly value: string;
}

export interface Held {
  readonly tickets: readonly string[];
  readonly appointments: readonly string[];
  readonly keptAside: readonly string[];
  /** Whether that is all of it. */
  readonly isWhole: boolean;
}

/** Things of one kind in one answer or one transaction; whoever has more is asked about again. */
const HELD_MAX = 500;
/** A shorter text would be found in the bytes of anybody. */
const IN_BYTES_LENGTH_MIN = 5;

/** A column in the form in which `comparableMark` compares. */
const COMPARED: Readonly<Record<PersonMark, (column: string) => string>> = {
  document: (column) => `upper(regexp_replace(${column}, '[^0-9A-Za-z]', '', 'g'))`,
  phone: (column) => `right(regexp_replace(${column}, '\\D', '', 'g'), 11)`,
  email: (column) => `lower(${column})`,
  name: (column) => `lower(${column})`,
};
const SAID: Readonly<Record<PersonMark, readonly string[]>> = {
  document: [`data ->> 'document'`],
  phone: [],
  email: [],
  name: [`data ->> 'name'`, `data ->> 'socialName'`],
};
const BOOKED: Readonly<Record<PersonMark, string | undefined>> = {
  document: 'document',
  phone: 'phone',
  email: undefined,
  name: 'name',
};
const CONTACTS: Readonly<Record<PersonMark, string | undefined>> = {
  document: undefined,
  phone: `channel IN ('sms', 'whatsapp')`,
  email: `channel = 'email'`,
  name: undefined,
};

const bookedBy = (by: PersonMark) => {
  const column = BOOKED[by];
  return column === undefined ? 'false' : `${COMPARED[by](`p.${column}`)} = $2`;
};

function ticketsBy(by: PersonMark): Statement {
  const said = SAID[by].map((column) => `${COMPARED[by](column)} = $2`).join(' OR ') || 'false';
  const contact =
    CONTACTS[by] === undefined ? 'false' : `${CONTACTS[by]} AND ${COMPARED[by]('address')} = $2`;
  return {
    name: `person-tickets-${by}`,
    text: `SELECT f.id FROM (
        SELECT entity_id AS id FROM entry_private WHERE tenant_id = $1 AND entity = 'ticket' AND (${said})
        UNION
        SELECT ticket_id FROM ticket_contact WHERE tenant_id = $1 AND ${contact}
        UNION
        SELECT a.ticket_id FROM appointment_person p
        JOIN appointment a ON a.tenant_id = p.tenant_id AND a.id = p.appointment_id
        WHERE p.tenant_id = $1 AND a.ticket_id IS NOT NULL AND ${bookedBy(by)}
      ) AS f ORDER BY f.id LIMIT ${HELD_MAX + 1}`,
  };
}

function appointmentsBy(by: PersonMark): Statement {
  return {
    name: `person-appointments-${by}`,
    text: `SELECT p.appointment_id AS id FROM appointment_person p
      JOIN appointment a ON a.tenant_id = p.tenant_id AND a.id = p.appointment_id
      WHERE p.tenant_id = $1 AND (${bookedBy(by)} OR (a.ticket_id = ANY ($3::uuid[]) AND $2 <> ''))
      ORDER BY 1 LIMIT ${HELD_MAX + 1}`,
  };
}

const ASIDE: Statement = {
  name: 'person-aside',
  text: `SELECT q.id FROM ledger_quarantine q
    WHERE q.tenant_id = $1 AND EXISTS (
      SELECT FROM unnest($2::text[]) AS v(spelling) WHERE position(convert_to(v.spelling, 'UTF8') IN q.bytes) > 0)
    ORDER BY q.id LIMIT ${HELD_MAX + 1}`,
};

/** Looks through what the tenant holds. A mark of which nothing can be compared finds nobody. */
export async function findHeld(tx: ReadHandle, { by, value }: Sought): Promise<Held> {
  const mark = comparableMark(by, value);
  if (mark === '') return { tickets: [], appointments: [], keptAside: [], isWhole: true };
  const tickets = idsOf(await tx.all(ticketsBy(by), [tx.tenantId, mark]));
  const appointments = idsOf(await tx.all(appointmentsBy(by), [tx.tenantId, mark, tickets]));
  const spellings = spellingsOf({ by, value });
  const keptAside = spellings.length === 0 ? [] : idsOf(await tx.all(ASIDE, [tx.tenantId, spellings]));
  return {
    tickets: tickets.slice(0, HELD_MAX),
    appointments: appointments.slice(0, HELD_MAX),
    keptAside: keptAside.slice(0, HELD_MAX),
    isWhole: [tickets, appointments, keptAside].every(({ length }) => length <= HELD_MAX),
  };
}

/** How a mark may stand in bytes: as it was typed, as it is compared, and with JSON's escapes. */
export function spellingsOf({ by, value }: Sought): string[] {
  const plain = [value, comparableMark(by, value)];
  const escaped = plain.map((text) =>
    text.replace(/[^\x20-\x7e]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
  return [...new Set([...plain, ...escaped])].filter(({ length }) => length >= IN_BYTES_LENGTH_MIN);
}

function idsOf(rows: readonly { readonly id?: string | null }[]): string[] {
  return rows.map(({ id }) => String(id));
}
