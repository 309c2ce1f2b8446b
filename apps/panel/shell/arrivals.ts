/** Tells an operator who waits for somebody that somebody has come: a chime, and a notice of the system where it is allowed. */
import { chime } from '@totem/ui';
import { useEffect, useRef } from 'react';

export interface Arrivals {
  readonly isOn: boolean;
  /** The operator has nobody in hand and is not on a break. */
  readonly isIdle: boolean;
  readonly waiting: number;
  readonly title: string;
  readonly text: string;
}

/** Asks the browser for notices of the system; without them the chime still sounds. */
export async function allowNotices(): Promise<void> {
  if ('Notification' in globalThis && Notification.permission === 'default')
    await Notification.requestPermission();
}

/** The first who comes is told; who joins a queue that is there is not. */
export function useArrivals({ isOn, isIdle, waiting, title, text }: Arrivals): void {
  const before = useRef(waiting);
  useEffect(() => {
    const isFirst = before.current === 0 && waiting > 0;
    before.current = waiting;
    if (!isFirst || !isOn || !isIdle) return;
    void chime();
    if (!('Notification' in globalThis) || Notification.permission !== 'granted' || !document.hidden) return;
    const notice = new Notification(title, { body: text, tag: 'totem-arrival' });
    notice.onclick = () => window.focus();
  }, [isOn, isIdle, waiting, title, text]);
}
