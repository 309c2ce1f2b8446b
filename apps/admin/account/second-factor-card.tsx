/** Turning one's second factor on and off. */
import { Button, TextInput } from '@mantine/core';
import { ROUTES } from '@totem/api';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../data/api.ts';
import { useStale } from '../data/queries.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Card } from '../parts/page.tsx';
import { PasswordField } from '../parts/password-field.tsx';
import { SecondFactorSetup } from '../session/second-factor-setup.tsx';

const EMPTY = { password: '', code: '' };

export function SecondFactorCard({ isOn }: { readonly isOn: boolean }) {
  const { t } = useTranslation();
  const api = useApi();
  const stale = useStale();
  const [isSettingUp, setIsSettingUp] = useState(false);
  const [isAsking, setIsAsking] = useState(false);
  const [given, setGiven] = useState(EMPTY);
  if (isSettingUp) {
    return (
      <Card title={t('account.secondFactor')}>
        <SecondFactorSetup
          onDone={() => {
            setIsSettingUp(false);
            void stale(ROUTES.getMe.path);
          }}
        />
      </Card>
    );
  }
  return (
    <Card title={t('account.secondFactor')} lead={t(isOn ? 'account.factorOn' : 'account.factorOff')}>
      <Button
        size="md"
        variant={isOn ? 'default' : 'filled'}
        onClick={() => (isOn ? setIsAsking(true) : setIsSettingUp(true))}
      >
        {t(isOn ? 'account.turnOff' : 'account.setUp')}
      </Button>
      <Confirm
        opened={isAsking}
        title={t('account.turnOff')}
        lead={t('account.turnOffLead')}
        act={t('account.turnOff')}
        isDangerous
        isReady={given.password !== '' && given.code !== ''}
        onClose={() => setIsAsking(false)}
        onConfirm={async () => {
          await api.call(ROUTES.removeMySecondFactor, { body: given });
          setGiven(EMPTY);
          await stale(ROUTES.getMe.path);
        }}
      >
        <PasswordField
          size="md"
          label={t('login.password')}
          autoComplete="current-password"
          value={given.password}
          onChange={({ currentTarget: { value } }) => setGiven((now) => ({ ...now, password: value }))}
        />
        <TextInput
          size="md"
          label={t('login.code')}
          description={t('login.codeHint')}
          autoComplete="one-time-code"
          value={given.code}
          onChange={({ currentTarget: { value } }) => setGiven((now) => ({ ...now, code: value }))}
        />
      </Confirm>
    </Card>
  );
}
