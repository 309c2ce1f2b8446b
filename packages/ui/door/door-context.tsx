/** The door that the components of one screen share. */
import { createContext, type ReactNode, use } from 'react';
import type { Door } from './door.ts';

const DoorContext = createContext<Door | null>(null);

/** Gives a door to everything below. A new door (another token, another site) starts every shape anew. */
export function DoorProvider({ door, children }: { readonly door: Door; readonly children: ReactNode }) {
  return <DoorContext value={door}>{children}</DoorContext>;
}

/** The door of this screen. @throws Error outside a `DoorProvider`: a mistake in the code. */
export function useDoor(): Door {
  const door = use(DoorContext);
  if (door === null) throw new Error('no DoorProvider above this component');
  return door;
}
