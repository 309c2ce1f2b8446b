/** The choice of a language where there is a mouse and little room: one button, the languages by their own names. */
import { Button, Menu, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconLanguage } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { KIT_NAMESPACE, LANGUAGE_NAMES } from '../i18n/i18n.ts';
import { useLocale } from '../i18n/use-locale.ts';

export function LanguageMenu() {
  const { t } = useTranslation(KIT_NAMESPACE);
  const { locale: current, locales, setLocale } = useLocale();
  return (
    <Menu position="bottom-end" withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button variant="subtle" color="gray" px="xs" leftSection={<IconLanguage size={20} aria-hidden />}>
          <VisuallyHidden>{t('language')}: </VisuallyHidden>
          {LANGUAGE_NAMES[current]}
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
