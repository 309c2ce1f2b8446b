/** How each action looks: its icon, the same wherever it stands. */
import {
  IconArrowBackUp,
  IconArrowsExchange,
  IconCalendarCheck,
  IconCheck,
  IconCoffee,
  IconHandStop,
  IconNote,
  IconPencilBolt,
  IconPlayerPlayFilled,
  IconRepeat,
  IconSearch,
  IconSpeakerphone,
  IconTicket,
  IconUserOff,
  IconX,
  type TablerIcon,
} from '@tabler/icons-react';
import type { DeskAction } from './actions.ts';

export const ACTION_ICONS: Readonly<Record<DeskAction, TablerIcon>> = {
  callNext: IconSpeakerphone,
  start: IconPlayerPlayFilled,
  finish: IconCheck,
  finishNote: IconNote,
  recall: IconRepeat,
  noShow: IconUserOff,
  cancel: IconX,
  transfer: IconArrowsExchange,
  hold: IconHandStop,
  requeue: IconArrowBackUp,
  override: IconPencilBolt,
  find: IconSearch,
  issue: IconTicket,
  checkIn: IconCalendarCheck,
  pause: IconCoffee,
  resume: IconPlayerPlayFilled,
};
