/** The operator's hands: sends commands one at a time, waits until the rows show them, and keeps what was refused. */
import type { CommandDone, TicketRow } from '@totem/domain';
import { asDoorError, type Door, useDoor } from '@totem/ui';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { NewCommand } from './actions.ts';
import { type Echo, hasEcho, ticketInHand } from './in-hand.ts';
import type { Notice } from './notice.ts';

const SAID_OF: { readonly [T in NewCommand['type']]?: Said['what'] } = {
  'ticket.create': 'issued',
  'appointment.check_in': 'issued',
  'ticket.reprint': 'reprinted',
};

/** How long the next step waits for the rows to show the last one. Past it, the rows are believed as they are. */
const ECHO_WAIT_MS = 3_000;

/** A ticket was given, or another copy of its paper was asked for. */
export interface Said {
  readonly what: 'issued' | 'reprinted';
  readonly code: string;
}

export interface RefundDue {
  readonly code: string;
  readonly amountCents: number;
}

export interface Desk {
  readonly inHand: TicketRow | undefined;
  /** A command is on its way, or its effect is not in the rows yet. */
  readonly busy: boolean;
  readonly notice: Notice | undefined;
  /** What was just done that the rows do not show by themselves. */
  readonly said: Said | undefined;
  /** What was paid for a ticket that was just cancelled, and is to be given back; until somebody has put it away. */
  readonly refundDue: RefundDue | undefined;
  putRefundAway(): void;
  /** Sends a command unless one is on its way. @returns whether it was done; if not, `notice` says why. */
  send(command: NewCommand): Promise<boolean>;
  tell(notice: Notice | undefined): void;
}

/** The desk of one operator over the rows of the site's tickets. @param cloudDoor takes what only the cloud does. */
export function useDesk(tickets: readonly TicketRow[], userId: string, cloudDoor: Door): Desk {
  const door = useDoor();
  const [sending, setSending] = useState(false);
  const { caughtUp, setEcho } = useEcho(tickets);
  const [notice, setNotice] = useState<Notice | undefined>();
  const [said, setSaid] = useState<Said | undefined>();
  const { refundDue, dueAfter, putRefundAway } = useRefundDue();
  // A second press in the same instant comes before the state is there.
  const onItsWay = useRef(false);

  const send = useCallback(
    async (command: NewCommand): Promise<boolean> => {
      if (onItsWay.current) return false;
      onItsWay.current = true;
      setSending(true);
      setNotice(undefined);
      setSaid(undefined);
      try {
        const at = command.type === 'ticket.override' ? cloudDoor : door;
        const done = await at.command(command);
        if (done.ticket !== undefined) setEcho({ ticketId: done.ticket.id, state: done.ticket.state });
        const what = SAID_OF[command.type];
        if (what !== undefined && done.ticket !== undefined) setSaid({ what, code: done.ticket.code });
        dueAfter(done);
        return true;
      } catch (error) {
        setNotice(noticeOf(error));
        return false;
      } finally {
        onItsWay.current = false;
        setSending(false);
      }
    },
    [door, cloudDoor, dueAfter, setEcho],
  );

  return {
    inHand: ticketInHand(tickets, userId),
    busy: sending || !caughtUp,
    notice,
    said,
    refundDue,
    putRefundAway,
    send,
    tell: setNotice,
  };
}

/** Whether the rows show what was done last, or were waited for long enough. */
function useEcho(tickets: readonly TicketRow[]) {
  const [echo, setEcho] = useState<Echo | undefined>();
  const caughtUp = hasEcho(tickets, echo);
  useEffect(() => {
    if (echo === undefined) return;
    if (caughtUp) {
      setEcho(undefined);
      return;
    }
    const timer = setTimeout(() => setEcho(undefined), ECHO_WAIT_MS);
    return () => clearTimeout(timer);
  }, [echo, caughtUp]);
  return { caughtUp, setEcho };
}

/** Money that a command has left to be given back: shown until it is put away, whatever is done meanwhile. */
function useRefundDue() {
  const [refundDue, setRefundDue] = useState<RefundDue | undefined>();
  const dueAfter = useCallback(({ ticket }: CommandDone): void => {
    const amountCents = ticket?.refundDueCents;
    if (ticket !== undefined && amountCents !== undefined) setRefundDue({ code: ticket.code, amountCents });
  }, []);
  const putRefundAway = useCallback(() => setRefundDue(undefined), []);
  return { refundDue, dueAfter, putRefundAway };
}

/** What to tell of a failed command. Anything but an error of the door is a bug, and is told as one. */
export function noticeOf(error: unknown): Notice {
  const { code, params } = asDoorError(error);
  return { code, params, atMs: Date.now() };
}
