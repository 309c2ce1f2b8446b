/** The pages of the app in their groups, and what one must be allowed to see them. */
import {
  IconAlertTriangle,
  IconArmchair,
  IconBell,
  IconBuilding,
  IconBuildingBank,
  IconChartBar,
  IconCreditCard,
  IconDeviceTablet,
  IconKey,
  IconLayoutDashboard,
  IconListDetails,
  IconPalette,
  IconPhoto,
  IconPrinter,
  IconScale,
  IconShieldCheck,
  IconTicket,
  IconUserShield,
  IconUsers,
  IconWebhook,
  IconWheelchair,
} from '@tabler/icons-react';
import type { Permission } from '@totem/domain';
import type { ComponentType } from 'react';

export interface NavigationItem {
  /** Names its text, `nav.<name>`. */
  readonly name: string;
  readonly path: string;
  readonly icon: ComponentType<{ size?: number; stroke?: number; 'aria-hidden'?: boolean }>;
  readonly permission: Permission;
}

export interface NavigationGroup {
  readonly name: string;
  readonly items: readonly NavigationItem[];
}

export const NAVIGATION: readonly NavigationGroup[] = [
  {
    name: 'today',
    items: [
      { name: 'overview', path: '/', icon: IconLayoutDashboard, permission: 'report.read' },
      { name: 'tickets', path: '/tickets', icon: IconTicket, permission: 'ticket.read' },
      { name: 'payments', path: '/payments', icon: IconCreditCard, permission: 'payment.read' },
      { name: 'books', path: '/books', icon: IconScale, permission: 'integration.read' },
      { name: 'conflicts', path: '/conflicts', icon: IconAlertTriangle, permission: 'conflict.read' },
      { name: 'reports', path: '/reports', icon: IconChartBar, permission: 'report.read' },
    ],
  },
  {
    name: 'branches',
    items: [
      { name: 'sites', path: '/sites', icon: IconBuilding, permission: 'configuration.write' },
      { name: 'services', path: '/services', icon: IconListDetails, permission: 'configuration.write' },
      { name: 'priorities', path: '/priorities', icon: IconWheelchair, permission: 'configuration.write' },
      { name: 'counters', path: '/counters', icon: IconArmchair, permission: 'configuration.write' },
      { name: 'devices', path: '/devices', icon: IconDeviceTablet, permission: 'equipment.read' },
      { name: 'people', path: '/people', icon: IconUsers, permission: 'user.read' },
    ],
  },
  {
    name: 'company',
    items: [
      { name: 'branding', path: '/branding', icon: IconPalette, permission: 'tenant.write' },
      { name: 'media', path: '/media', icon: IconPhoto, permission: 'configuration.write' },
      {
        name: 'paymentAccounts',
        path: '/payment-accounts',
        icon: IconBuildingBank,
        permission: 'integration.read',
      },
      { name: 'prints', path: '/prints', icon: IconPrinter, permission: 'configuration.write' },
      { name: 'webhooks', path: '/webhooks', icon: IconWebhook, permission: 'integration.read' },
      { name: 'notifications', path: '/notifications', icon: IconBell, permission: 'integration.read' },
      { name: 'keys', path: '/keys', icon: IconKey, permission: 'key.read' },
      { name: 'privacy', path: '/privacy', icon: IconUserShield, permission: 'person.export' },
      { name: 'audit', path: '/audit', icon: IconShieldCheck, permission: 'audit.read' },
    ],
  },
];

/** Whether a page, or one below it, is at this address. */
export function isAt(item: NavigationItem, location: string): boolean {
  return item.path === '/'
    ? location === '/'
    : location === item.path || location.startsWith(`${item.path}/`);
}
