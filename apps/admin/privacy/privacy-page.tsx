/** Privacy: how long people are kept, one person handed out or erased, and who has looked at whom. */
import { useTranslation } from 'react-i18next';
import { Page } from '../parts/page.tsx';
import { useMe } from '../session/me.ts';
import { AccessRegister } from './access-register.tsx';
import { KeepingCard } from './keeping-card.tsx';
import { PersonCard } from './person-card.tsx';

export function PrivacyPage() {
  const { t } = useTranslation();
  const { may } = useMe();
  return (
    <Page title={t('nav.privacy')} lead={t('privacy.lead')}>
      {may('person.export') && <PersonCard />}
      {may('audit.read') && <AccessRegister />}
      {/* Last: its bar to save stands at the foot of the page. */}
      {may('tenant.write') && <KeepingCard />}
    </Page>
  );
}
