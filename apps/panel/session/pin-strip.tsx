/** All that the panel says of the PIN below its header: asks for it, offers to choose one, and shows the dialog for that. */
import { useState } from 'react';
import type { HubAccess } from './hub-access.ts';
import { PinBar, PinOffer } from './pin-bar.tsx';
import { PinDialog } from './pin-dialog.tsx';
import type { PinCare } from './use-pin-care.ts';

/** A person who does not want a PIN is not asked again in this tab. */
const LATER_STORED_AS = 'totem.panel.pin-later';

interface PinStripProps {
  readonly access: HubAccess;
  readonly username: string;
  readonly care: PinCare;
  readonly isOpen: boolean;
  onOpen(isOpen: boolean): void;
}

export function PinStrip({ access, username, care, isOpen, onOpen }: PinStripProps) {
  const [isLater, setIsLater] = useState(() => sessionStorage.getItem(LATER_STORED_AS) !== null);
  const later = (): void => {
    sessionStorage.setItem(LATER_STORED_AS, 'yes');
    setIsLater(true);
  };
  return (
    <>
      <PinBar access={access} username={username} />
      {care.hasPin === false && !isLater && <PinOffer onChoose={() => onOpen(true)} onLater={later} />}
      {isOpen && care.choose !== undefined && (
        <PinDialog onChosen={care.choose} onClose={() => onOpen(false)} />
      )}
    </>
  );
}
