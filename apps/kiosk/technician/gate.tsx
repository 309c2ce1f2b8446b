/** Watches for the hidden gesture, and gives the whole screen to the technician: a customer's session ends with it. */
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { type Gesture, gestureAfter, isGestureWhole, NO_GESTURE } from './gesture.ts';

const Technician = lazy(async () => ({ default: (await import('./technician.tsx')).Technician }));

export interface GateProps {
  /** The key of this screen to its agent; without one there is nothing behind the gate. */
  readonly token: string | null;
  readonly children: ReactNode;
}

export function TechnicianGate({ token, children }: GateProps) {
  const [isOpen, setIsOpen] = useState(false);
  useEffect(() => {
    let gesture: Gesture = NO_GESTURE;
    const onTouch = ({ clientX: x, clientY: y, timeStamp: atMs }: PointerEvent): void => {
      gesture = gestureAfter(gesture, { x, y, atMs }, { width: innerWidth, height: innerHeight });
      if (!isGestureWhole(gesture)) return;
      gesture = NO_GESTURE;
      setIsOpen(true);
    };
    addEventListener('pointerdown', onTouch, { capture: true });
    return () => removeEventListener('pointerdown', onTouch, { capture: true });
  }, []);
  if (!isOpen || token === null) return children;
  return (
    <Suspense fallback={null}>
      <Technician token={token} onBack={() => setIsOpen(false)} />
    </Suspense>
  );
}
