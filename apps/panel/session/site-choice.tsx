/** Which branch this person works at today, when there are several. */

import { Button, UnstyledButton } from '@mantine/core';
import { IconBuilding, IconBuildingOff, IconChevronRight } from '@tabler/icons-react';
import { EmptyState, Entrance, type SessionSite } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import css from './sign-in.module.css';

interface SiteChoiceProps {
  readonly sites: readonly SessionSite[];
  onChoose(siteId: string): void;
  onSignOut(): void;
}

export function SiteChoice({ sites, onChoose, onSignOut }: SiteChoiceProps) {
  const { t } = useTranslation();
  const leave = (
    <Button variant="subtle" onClick={onSignOut}>
      {t('shell.signOut')}
    </Button>
  );
  return (
    <Entrance heading={t('site.heading')} aside={leave}>
      {sites.length === 0 ? (
        <EmptyState icon={<IconBuildingOff stroke={1.5} />} title={t('site.none')}>
          {t('site.noneHint')}
        </EmptyState>
      ) : (
        <ul className={css.choices}>
          {sites.map((site) => (
            <li key={site.id}>
              <UnstyledButton className={css.choice ?? ''} onClick={() => onChoose(site.id)}>
                <IconBuilding size={24} aria-hidden />
                <span className={css.choiceName}>{site.name}</span>
                <IconChevronRight size={20} aria-hidden />
              </UnstyledButton>
            </li>
          ))}
        </ul>
      )}
    </Entrance>
  );
}
