/** The pictures that tenants may give to services and priorities, by name. Only these are shipped. */
import {
  IconAmbulance,
  IconBabyCarriage,
  IconBandage,
  IconBuilding,
  IconBus,
  IconCalendar,
  IconCar,
  IconCash,
  IconCertificate,
  IconCoins,
  IconCreditCard,
  IconDental,
  IconDroplet,
  IconEye,
  IconFileText,
  IconFlask,
  IconGavel,
  IconGift,
  IconHeart,
  IconHome,
  IconId,
  IconInfoCircle,
  IconKey,
  IconMicroscope,
  IconOld,
  IconPackage,
  IconPhone,
  IconPill,
  IconPuzzle,
  IconReceipt,
  IconScale,
  IconSchool,
  IconSignature,
  IconStethoscope,
  IconTestPipe,
  IconTicket,
  IconTool,
  IconUser,
  IconUserHeart,
  IconUsers,
  IconVaccine,
  IconWalk,
  IconWallet,
  IconWheelchair,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';

interface Drawing {
  readonly size?: number | string;
  readonly stroke?: number | string;
  readonly 'aria-hidden'?: boolean;
}

const DRAWINGS = {
  ambulance: IconAmbulance,
  baby: IconBabyCarriage,
  bandage: IconBandage,
  building: IconBuilding,
  bus: IconBus,
  calendar: IconCalendar,
  car: IconCar,
  card: IconCreditCard,
  cash: IconCash,
  certificate: IconCertificate,
  coins: IconCoins,
  dental: IconDental,
  document: IconFileText,
  drop: IconDroplet,
  eye: IconEye,
  file: IconFileText,
  flask: IconFlask,
  gavel: IconGavel,
  gift: IconGift,
  heart: IconHeart,
  home: IconHome,
  id: IconId,
  info: IconInfoCircle,
  key: IconKey,
  microscope: IconMicroscope,
  old: IconOld,
  package: IconPackage,
  phone: IconPhone,
  pill: IconPill,
  pregnant: IconUserHeart,
  puzzle: IconPuzzle,
  receipt: IconReceipt,
  scale: IconScale,
  school: IconSchool,
  signature: IconSignature,
  stethoscope: IconStethoscope,
  test: IconTestPipe,
  ticket: IconTicket,
  tool: IconTool,
  user: IconUser,
  users: IconUsers,
  vaccine: IconVaccine,
  walk: IconWalk,
  wallet: IconWallet,
  wheelchair: IconWheelchair,
} as const satisfies Record<string, ComponentType<Drawing>>;

/** The names that have a picture. */
export const SERVICE_ICON_NAMES = Object.keys(DRAWINGS);

export interface ServiceIconProps {
  /** A name of the list; anything else, as null, is drawn as a ticket. */
  readonly name: string | null;
  /** Any CSS length or a number of pixels. */
  readonly size?: number | string;
  readonly stroke?: number;
}

/** A picture beside a name. It says nothing by itself and is hidden from screen readers. */
export function ServiceIcon({ name, size = '1em', stroke = 1.75 }: ServiceIconProps) {
  const drawings: Readonly<Record<string, ComponentType<Drawing>>> = DRAWINGS;
  const Drawn = (name !== null && Object.hasOwn(DRAWINGS, name) ? drawings[name] : undefined) ?? IconTicket;
  return <Drawn size={size} stroke={stroke} aria-hidden />;
}
