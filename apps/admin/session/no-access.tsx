/** For who has nothing to do here: an operator works at the panel, and the platform's owner has no pages yet. */
import { Button } from '@mantine/core';
import { Entrance, LanguageMenu } from '@totem/ui';
import { useTranslation } from 'react-i18next';

export function NoAccess({ onSignOut }: { onSignOut(): void }) {
  const { t } = useTranslation();
  return (
    <Entrance heading={t('noAccess.heading')} lead={t('noAccess.lead')} aside={<LanguageMenu />}>
      <Button mt="lg" size="md" fullWidth onClick={onSignOut}>
        {t('shell.signOut')}
      </Button>
    </Entrance>
  );
}
