/**
 * The ticket as a slip of paper: what a person looks for first is largest. All words come from the caller, in the
 * customer's language; nothing here knows one.
 */
import { type Block, isQrData, text } from './layout.ts';

/** The words around the facts, in the customer's language. */
export interface TicketLabels {
  /** Above the code: `Senha`. */
  readonly ticket: string;
  /** Before the time of arrival: `Chegada`. */
  readonly arrival: string;
  /** Before the number of people ahead: `Pessoas à sua frente`. */
  readonly peopleAhead: string;
  /** Under the QR code: `Acompanhe pelo celular`. */
  readonly follow: string;
  /** On a second copy: `2ª via`. */
  readonly secondCopy: string;
}

export interface TicketContent {
  readonly siteName: string;
  readonly serviceName: string;
  /** What is called: `A001`. */
  readonly code: string;
  /** The priority class, or null for none. */
  readonly priorityName: string | null;
  /** Local date and time of arrival, as the customer reads it. */
  readonly issuedAt: string;
  /** Null when nobody knows, for instance with no link: then nothing is claimed. */
  readonly peopleAhead: number | null;
  /** The address that follows the ticket. One that is no printable ASCII of a QR's length is left out: the ticket is worth more. */
  readonly qrUrl: string | null;
  readonly labels: TicketLabels;
  /** What was paid for it and how, in the customer's language; nothing for what was not paid here. */
  readonly paid?: { readonly label: string; readonly amount: string };
  /** Copies of a receipt as the terminal said them, each on a slip of its own. */
  readonly receipts?: readonly (readonly string[])[];
  /** A copy after an outcome that nobody could know says so, so that two slips are not two places in the queue. */
  readonly secondCopy?: boolean;
}

/** The ticket's blocks, from the site's name to the cut. */
export function ticketLayout(content: TicketContent): Block[] {
  const { labels } = content;
  return [
    ...secondCopy(content),
    text(content.siteName, { align: 'center', bold: true, linesMax: 2 }),
    text(content.serviceName, { align: 'center', height: 2, linesMax: 3 }),
    { kind: 'rule' },
    text(labels.ticket, { align: 'center', linesMax: 1 }),
    text(content.code, { align: 'center', width: 7, height: 7, bold: true, shrinks: true, linesMax: 2 }),
    ...priority(content),
    { kind: 'rule' },
    { kind: 'pair', left: labels.arrival, right: content.issuedAt, bold: false },
    ...peopleAhead(content),
    ...paid(content),
    ...followLink(content),
    { kind: 'cut' },
    ...(content.receipts ?? []).flatMap((lines): Block[] => [{ kind: 'verbatim', lines }, { kind: 'cut' }]),
  ];
}

function secondCopy({ secondCopy: isSecond, labels }: TicketContent): Block[] {
  if (isSecond !== true) return [];
  return [
    text(labels.secondCopy, { align: 'center', bold: true, inverted: true, linesMax: 1 }),
    { kind: 'feed', lines: 1 },
  ];
}

function priority({ priorityName }: TicketContent): Block[] {
  if (priorityName === null) return [];
  return [text(priorityName, { align: 'center', height: 2, bold: true, inverted: true, linesMax: 2 })];
}

function peopleAhead({ peopleAhead: ahead, labels }: TicketContent): Block[] {
  return ahead === null ? [] : [{ kind: 'pair', left: labels.peopleAhead, right: String(ahead), bold: true }];
}

function paid({ paid: payment }: TicketContent): Block[] {
  return payment === undefined
    ? []
    : [{ kind: 'pair', left: payment.label, right: payment.amount, bold: true }];
}

function followLink({ qrUrl, labels }: TicketContent): Block[] {
  if (qrUrl === null || !isQrData(qrUrl)) return [];
  return [{ kind: 'qr', data: qrUrl }, text(labels.follow, { align: 'center', linesMax: 2 })];
}
