/** Of somebody who has left: who they were goes, what they did stays under a pseudonym. */
import { Button } from '@mantine/core';
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { pseudonymOf } from '@totem/domain';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../data/api.ts';
import { useStale } from '../data/queries.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Card } from '../parts/page.tsx';
import { useMe } from '../session/me.ts';

export function EraseAccount({ person }: { readonly person: AnswerOf<Routes['getUser']> }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const api = useApi();
  const stale = useStale();
  const [isAsking, setIsAsking] = useState(false);
  const { id, fullName } = person;
  if (!may('person.erase') || fullName === pseudonymOf(id)) return null;
  return (
    <Card title={t('privacy.user')} lead={t('privacy.userLead')}>
      <Button variant="default" size="md" data-danger onClick={() => setIsAsking(true)}>
        {t('privacy.eraseUser')}
      </Button>
      <Confirm
        opened={isAsking}
        title={t('privacy.eraseUserHeading', { name: fullName })}
        lead={t('privacy.userLead')}
        act={t('privacy.eraseUser')}
        isDangerous
        onClose={() => setIsAsking(false)}
        onConfirm={async () => {
          await api.call(ROUTES.eraseUser, { params: { id } });
          await stale(ROUTES.listUsers.path);
        }}
      />
    </Card>
  );
}
