/** What is one's own: the password, the second factor, and where one is signed in. */
import { ROUTES } from '@totem/api';
import { LoadingState } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import { useRead } from '../data/queries.ts';
import { Page } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';
import { MySessions } from './my-sessions.tsx';
import { PasswordCard } from './password-card.tsx';
import { SecondFactorCard } from './second-factor-card.tsx';

export function AccountPage() {
  const { t } = useTranslation();
  const me = useRead(ROUTES.getMe, {});
  return (
    <Page title={t('nav.account')} lead={t('account.lead')} isNarrow>
      <PasswordCard />
      {me.error !== null && <Problem error={me.error} onRetry={() => void me.refetch()} />}
      {me.isPending && <LoadingState />}
      {me.data?.kind === 'user' && <SecondFactorCard isOn={me.data.secondFactor} />}
      <MySessions />
    </Page>
  );
}
