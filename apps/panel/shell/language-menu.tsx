/** The choice of a language where there is a mouse and little room: one button, the languages by their own names. */
import { Button, Menu } from '@mantine/core';
import { IconCheck, IconLanguage } from '@tabler/icons-react';
import { LANGUAGE_NAMES, useLocale } from '@totem/ui';
import { useTranslation } from 'react-i18next';

export function LanguageMenu() {
  const { t } = useTranslation();
  const { locale: current, locales, setLocale } = useLocale();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          px="xs"
          leftSection={<IconLanguage size={20} aria-hidden />}
          aria-label={`${t('shell.language')}: ${LANGUAGE_NAMES[current]}`}
        >
          {current.slice(0, 2).toUpperCase()}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {locales.map((locale) => (
          <Menu.Item
            key={locale}
            lang={locale}
            role="menuitemradio"
            aria-checked={locale === current}
            rightSection={locale === current ? <IconCheck size={16} aria-hidden /> : undefined}
            onClick={() => setLocale(locale)}
          >
            {LANGUAGE_NAMES[locale]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
