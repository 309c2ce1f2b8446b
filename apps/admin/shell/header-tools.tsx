/** Language, appearance, and what belongs to the person: their account and the way out. */
import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconChevronDown, IconLogout, IconMoon, IconSun, IconUserCircle } from '@tabler/icons-react';
import { LanguageMenu, useAppearance } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { useMe } from '../session/me.ts';
import css from './shell.module.css';

export function HeaderTools() {
  const { t } = useTranslation();
  const { session, onSignOut } = useMe();
  const [, navigate] = useLocation();
  const [appearance, setAppearance] = useAppearance();
  const other = appearance === 'dark' ? 'light' : 'dark';
  const Icon = other === 'dark' ? IconMoon : IconSun;
  const { fullName } = session.user;
  return (
    <div className={css.tools}>
      <span className={css.language}>
        <LanguageMenu />
      </span>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={44}
        aria-label={t(`shell.${other}`)}
        onClick={() => setAppearance(other)}
      >
        <Icon size={20} aria-hidden />
      </ActionIcon>
      <Menu position="bottom-end" withinPortal={false} withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <Button
            variant="default"
            h={44}
            px="sm"
            aria-label={t('shell.account', { name: fullName })}
            rightSection={<IconChevronDown size={16} aria-hidden />}
          >
            <IconUserCircle size={20} aria-hidden />
            <span className={css.accountName}>{fullName}</span>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconUserCircle size={18} aria-hidden />}
            onClick={() => navigate('/account')}
          >
            {t('nav.account')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconLogout size={18} aria-hidden />} onClick={onSignOut}>
            {t('shell.signOut')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
