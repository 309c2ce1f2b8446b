/** Which site the pages look at. One that is no longer there is forgotten. */
import { NativeSelect } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useSight } from '../data/names.ts';
import css from './shell.module.css';
import { useSite } from './site-choice.ts';

export function SiteSwitcher() {
  const { t } = useTranslation();
  const { sites } = useSight();
  const { siteId, choose } = useSite();
  const isGone = siteId !== undefined && sites.length > 0 && !sites.some(({ value }) => value === siteId);
  useEffect(() => {
    if (isGone) choose(undefined);
  }, [isGone, choose]);
  return (
    <NativeSelect
      className={css.siteSwitcher ?? ''}
      aria-label={t('shell.site')}
      value={siteId ?? ''}
      size="md"
      data={[{ value: '', label: t('shell.allSites') }, ...sites]}
      onChange={(event) => choose(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
    />
  );
}
