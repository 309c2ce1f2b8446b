/** The company asks for a second factor and this person has none yet: nothing else can be done before. */
import { Button } from '@mantine/core';
import { Entrance, LanguageMenu } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import { SecondFactorSetup } from './second-factor-setup.tsx';

interface EnrolmentGateProps {
  onEnrolled(): void;
  onSignOut(): void;
}

export function EnrolmentGate({ onEnrolled, onSignOut }: EnrolmentGateProps) {
  const { t } = useTranslation();
  return (
    <Entrance
      heading={t('secondFactor.gateHeading')}
      lead={t('secondFactor.gateLead')}
      aside={<LanguageMenu />}
    >
      <SecondFactorSetup onDone={onEnrolled} />
      <Button variant="subtle" mt="sm" fullWidth onClick={onSignOut}>
        {t('shell.signOut')}
      </Button>
    </Entrance>
  );
}
