/** Which totem of a site serves it while there is no link, or none. */
import { Button, Group, NativeSelect } from '@mantine/core';
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../data/api.ts';
import { useAll, useStale } from '../data/queries.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Card } from '../parts/page.tsx';
import { useMe } from '../session/me.ts';

export function HubCard({ site }: { readonly site: AnswerOf<Routes['getSite']> }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const api = useApi();
  const stale = useStale();
  const totems = useAll(ROUTES.listEquipment, { siteId: site.id, type: 'totem' });
  const now = site.hubEquipmentId ?? '';
  const [chosen, setChosen] = useState<string | undefined>();
  const [isAsking, setIsAsking] = useState(false);
  if (!may('equipment.write')) return null;
  const wanted = chosen ?? now;
  const params = { id: site.id };
  return (
    <Card title={t('hub.heading')} lead={t('hub.lead')}>
      <Group align="flex-end">
        <NativeSelect
          size="md"
          label={t('hub.which')}
          value={wanted}
          data={[
            { value: '', label: t('hub.none') },
            ...(totems.data ?? []).map(({ id, identifier }) => ({ value: id, label: identifier })),
          ]}
          onChange={(event) => setChosen(event.currentTarget.value)}
        />
        <Button size="md" variant="default" disabled={wanted === now} onClick={() => setIsAsking(true)}>
          {t('hub.move')}
        </Button>
      </Group>
      <Confirm
        opened={isAsking}
        title={t('hub.moveHeading')}
        lead={t('hub.moveLead')}
        act={t('hub.move')}
        onClose={() => setIsAsking(false)}
        onConfirm={async () => {
          const { version } = await api.call(ROUTES.getSite, { params });
          await api.call(ROUTES.moveHub, {
            params,
            body: { equipmentId: wanted === '' ? null : (wanted as never) },
            version,
          });
          setChosen(undefined);
          await stale(ROUTES.listSites.path);
        }}
      />
    </Card>
  );
}
