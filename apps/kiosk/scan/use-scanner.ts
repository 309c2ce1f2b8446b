/** Scanners at a kiosk: one that plays a keyboard is listened to in the page, one on a cable by the totem. */
import { NOTHING_TYPED } from '@totem/domain';
import { useDoor } from '@totem/ui';
import { type ActionDispatch, useEffect, useEffectEvent, useRef } from 'react';
import { type Flow, type FlowEvent, isAsking } from '../session/flow.ts';
import { afterKey } from './keys.ts';

interface ScanMode {
  readonly onLetter: (letter: string) => void;
  readonly onReading: (reading: string) => void;
}

/** Before the totem is asked again: a reader that is unplugged answers at once, every time. */
const AGAIN_MS = 2_000;

/** Gives the code of an appointment, typed on keys or read by a scanner, while the page asks for it. @param isHeard nothing lies over the page. */
export function useCodeScanner(flow: Flow, isHeard: boolean, happened: ActionDispatch<[FlowEvent]>): void {
  const door = useDoor();
  const asking = flow.step === 'check_in' && flow.error === null && !isAsking(flow) ? flow : null;
  useScanner(
    asking === null || !isHeard
      ? null
      : {
          onLetter: (letter) => happened({ kind: 'code_typed', code: asking.code + letter }),
          onReading: (code) => happened({ kind: 'code_given', code, commandId: door.newCommandId() }),
        },
  );
}

/** Listens for as long as the session is there; only `mode` hears anything. Outside of it what is scanned is lost. */
function useScanner(mode: ScanMode | null): void {
  const wedge = useRef(NOTHING_TYPED);
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    const { key, timeStamp: atMs, ctrlKey, altKey, metaKey } = event;
    const isChord = ctrlKey || altKey || metaKey;
    const outcome = afterKey(wedge.current, { key, atMs, isChord }, mode !== null);
    wedge.current = outcome.wedge;
    if (outcome.isTaken) {
      event.preventDefault();
      event.stopPropagation();
    }
    if (outcome.reading !== null) mode?.onReading(outcome.reading);
    else if (outcome.letter !== null) mode?.onLetter(outcome.letter);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => pressed(event);
    addEventListener('keydown', listener, { capture: true });
    return () => removeEventListener('keydown', listener, { capture: true });
  }, []);
  useCable(mode);
}

/** The totem's own scanner: asked for one reading after the other while a code is asked for, and never again where there is none. */
function useCable(mode: ScanMode | null): void {
  const door = useDoor();
  const isScanning = mode !== null;
  const read = useEffectEvent((reading: string) => mode?.onReading(reading));
  useEffect(() => {
    if (!isScanning) return;
    let isHere = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      const askedAt = performance.now();
      try {
        const { hasScanner, reading } = (await door.question('/v1/scan')) as {
          readonly hasScanner: boolean;
          readonly reading: string | null;
        };
        if (!isHere || !hasScanner) return;
        if (reading !== null) read(reading);
        timer = setTimeout(() => void ask(), Math.max(0, askedAt + AGAIN_MS - performance.now()));
      } catch {
        // The keys on the screen are there all the same.
        if (isHere) timer = setTimeout(() => void ask(), AGAIN_MS);
      }
    };
    void ask();
    return () => {
      isHere = false;
      clearTimeout(timer);
    };
  }, [door, isScanning]);
}
