/** Changing one's own password; sessions elsewhere end. */
import { Button, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { ROUTES } from '@totem/api';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../data/api.ts';
import { Card } from '../parts/page.tsx';
import { PasswordField } from '../parts/password-field.tsx';
import { Problem } from '../parts/problem.tsx';

const EMPTY = { oldPassword: '', newPassword: '' };

export function PasswordCard() {
  const { t } = useTranslation();
  const api = useApi();
  const [given, setGiven] = useState(EMPTY);
  const change = useMutation({
    mutationFn: () => api.call(ROUTES.changeMyPassword, { body: given }),
    onSuccess: () => setGiven(EMPTY),
  });
  const isReady = given.oldPassword !== '' && given.newPassword !== '';
  return (
    <Card title={t('account.password')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) change.mutate();
        }}
      >
        <Stack maw={420}>
          {change.error !== null && <Problem error={change.error} />}
          <PasswordField
            size="md"
            label={t('account.oldPassword')}
            autoComplete="current-password"
            value={given.oldPassword}
            onChange={({ currentTarget: { value } }) => setGiven((now) => ({ ...now, oldPassword: value }))}
          />
          <PasswordField
            size="md"
            label={t('login.newPassword')}
            description={t('login.newPasswordHint')}
            autoComplete="new-password"
            value={given.newPassword}
            onChange={({ currentTarget: { value } }) => setGiven((now) => ({ ...now, newPassword: value }))}
          />
          <Button type="submit" size="md" w="fit-content" loading={change.isPending} disabled={!isReady}>
            {t('account.changePassword')}
          </Button>
          <span role="status">{change.isSuccess ? t('account.passwordChanged') : ''}</span>
        </Stack>
      </form>
    </Card>
  );
}
