/** The header: where the operator is, whether what they see is true now, and the way out. */

import { ActionIcon, Button, Menu } from '@mantine/core';
import {
  IconArmchair,
  IconBuilding,
  IconChevronDown,
  IconKey,
  IconKeyboard,
  IconLogout,
  IconMoon,
  IconRefresh,
  IconSun,
  IconTicket,
} from '@tabler/icons-react';
import type { CounterRow, SiteRow } from '@totem/domain';
import {
  type Appearance,
  ConnectionBadge,
  LanguageMenu,
  type LinkSource,
  type LinkState,
  type Session,
  useAppearance,
} from '@totem/ui';
import { useTranslation } from 'react-i18next';
import type { Preference } from './preferences.ts';
import css from './shell.module.css';

export interface HeaderSwitch {
  readonly name: Preference;
  readonly isOn: boolean;
  onTurn(on: boolean): void;
}

export interface HeaderProps {
  readonly session: Session;
  readonly site: SiteRow | undefined;
  readonly counter: CounterRow | undefined;
  readonly link: LinkState;
  readonly source: LinkSource;
  readonly isLeaving: boolean;
  /** Absent where there is nothing to change to. */
  readonly onChangeCounter: (() => void) | undefined;
  readonly onChangeSite: (() => void) | undefined;
  /** Chooses the PIN for a day without the link; absent where there is no hub. */
  readonly onPin: (() => void) | undefined;
  /** Switches that this person may turn. */
  readonly switches: readonly HeaderSwitch[];
  onRefresh(): void;
  onHelp(): void;
  onSignOut(): void;
}

export function Header(props: HeaderProps) {
  const { session, site, counter, link, source, onHelp } = props;
  const { t } = useTranslation();
  const siteName = site?.name ?? session.sites.find((known) => known.id === session.siteId)?.name ?? '';
  return (
    <header className={css.header}>
      <div className={css.place}>
        <span className={css.logo} aria-hidden>
          <IconTicket size={22} />
        </span>
        <div className={css.names}>
          <div className={css.siteName} title={siteName}>
            {siteName}
          </div>
          <div className={css.counterName}>{counter?.name ?? t('title')}</div>
        </div>
      </div>
      <div className={css.tools}>
        <ConnectionBadge link={link} source={source} />
        <LanguageMenu />
        <ActionIcon variant="subtle" color="gray" size="xl" aria-label={t('shell.keys')} onClick={onHelp}>
          <IconKeyboard size={24} aria-hidden />
        </ActionIcon>
        <AccountMenu {...props} />
      </div>
    </header>
  );
}

function AccountMenu(props: HeaderProps) {
  const { session, isLeaving, onChangeCounter, onChangeSite, onPin, onRefresh, onSignOut } = props;
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end" withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button
          variant="default"
          loading={isLeaving}
          rightSection={<IconChevronDown size={16} aria-hidden />}
          aria-label={t('shell.account', { name: session.user.fullName })}
        >
          <span className={css.accountName}>{session.user.fullName}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {onChangeCounter !== undefined && (
          <Menu.Item leftSection={<IconArmchair size={18} aria-hidden />} onClick={onChangeCounter}>
            {t('shell.change')}
          </Menu.Item>
        )}
        {onChangeSite !== undefined && (
          <Menu.Item leftSection={<IconBuilding size={18} aria-hidden />} onClick={onChangeSite}>
            {t('shell.changeSite')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconRefresh size={18} aria-hidden />} onClick={onRefresh}>
          {t('queue.refresh')}
        </Menu.Item>
        {onPin !== undefined && (
          <Menu.Item leftSection={<IconKey size={18} aria-hidden />} onClick={onPin}>
            {t('pin.menu')}
          </Menu.Item>
        )}
        {props.switches.map(({ name, isOn, onTurn }) => (
          <Menu.CheckboxItem key={name} checked={isOn} onChange={onTurn}>
            {t(`shell.${name}`)}
          </Menu.CheckboxItem>
        ))}
        <AppearanceItem />
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={18} aria-hidden />} onClick={onSignOut}>
          {t('shell.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function AppearanceItem() {
  const { t } = useTranslation();
  const [appearance, setAppearance] = useAppearance();
  const other: Appearance = appearance === 'dark' ? 'light' : 'dark';
  const Icon = other === 'dark' ? IconMoon : IconSun;
  return (
    <Menu.Item leftSection={<Icon size={18} aria-hidden />} onClick={() => setAppearance(other)}>
      {t(`shell.${other}`)}
    </Menu.Item>
  );
}
