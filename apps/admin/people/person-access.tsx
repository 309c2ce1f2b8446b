/** What an admin does for somebody who cannot sign in, or must not any more: a new password, no second factor, no sessions. */
import { Button, Group } from '@mantine/core';
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../data/api.ts';
import { useStale } from '../data/queries.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Card } from '../parts/page.tsx';
import { PasswordField } from '../parts/password-field.tsx';
import { useMe } from '../session/me.ts';

type Person = AnswerOf<Routes['getUser']>;
const ACTS = ['password', 'secondFactor', 'sessions'] as const;
type Act = (typeof ACTS)[number];

export function PersonAccess({ person }: { readonly person: Person }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const api = useApi();
  const stale = useStale();
  const [act, setAct] = useState<Act | undefined>();
  const [password, setPassword] = useState('');
  const [done, setDone] = useState<Act | undefined>();
  if (!may('user.write')) return null;
  const params = { id: person.id };
  const run = async (asked: Act): Promise<void> => {
    if (asked === 'secondFactor') await api.call(ROUTES.removeUserSecondFactor, { params });
    else if (asked === 'sessions') await api.call(ROUTES.endUserSessions, { params });
    else {
      const { version } = await api.call(ROUTES.getUser, { params });
      await api.call(ROUTES.setUserPassword, { params, body: { password }, version });
      setPassword('');
      await stale(ROUTES.listUsers.path);
    }
    setDone(asked);
  };
  return (
    <Card title={t('person.section.access')} lead={t('person.lead.access')}>
      <Group>
        {ACTS.map((one) => (
          <Button key={one} variant="default" size="md" onClick={() => setAct(one)}>
            {t(`person.act.${one}`)}
          </Button>
        ))}
      </Group>
      <p role="status">{done === undefined ? '' : t(`person.done.${done}`)}</p>
      {act !== undefined && (
        <Confirm
          opened
          title={t(`person.act.${act}`)}
          lead={t(`person.actLead.${act}`, { name: person.fullName })}
          act={t(`person.act.${act}`)}
          isReady={act !== 'password' || password !== ''}
          onConfirm={() => run(act)}
          onClose={() => setAct(undefined)}
        >
          {act === 'password' && (
            <PasswordField
              size="md"
              label={t('person.newPassword')}
              description={t('login.newPasswordHint')}
              autoComplete="new-password"
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
          )}
        </Confirm>
      )}
    </Card>
  );
}
