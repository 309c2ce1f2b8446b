/** Making a television a device: it shows a code, and whoever stands before it types that code here. */
import { Button, Group, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { ROUTES } from '@totem/api';
import { pairingCodeOf } from '@totem/domain';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../data/api.ts';
import { useStale } from '../data/queries.ts';
import { Card } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';
import { useMe } from '../session/me.ts';
import type { Device } from './device-status.tsx';
import css from './devices.module.css';

export function DisplayPairingCard({ device }: { readonly device: Device }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const api = useApi();
  const stale = useStale();
  const [typed, setTyped] = useState('');
  const pair = useMutation({
    mutationFn: async (code: string) => {
      await api.call(ROUTES.pairEquipment, { params: { id: device.id }, body: { code } });
      setTyped('');
      await stale(ROUTES.listEquipment.path);
    },
  });
  if (!may('equipment.write')) return null;
  const code = pairingCodeOf(typed);
  return (
    <Card
      title={t('pairing.heading')}
      lead={t(device.enrolledAt === null ? 'displayPairing.lead' : 'displayPairing.leadAgain')}
    >
      <form
        className={css.pairing}
        onSubmit={(event) => {
          event.preventDefault();
          if (code !== undefined) pair.mutate(code);
        }}
      >
        {pair.error !== null && <Problem error={pair.error} />}
        {pair.isSuccess && <p role="status">{t('displayPairing.done')}</p>}
        <Group align="flex-end">
          <TextInput
            size="md"
            label={t('displayPairing.code')}
            placeholder="7K3M-Q9TX"
            value={typed}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            maxLength={12}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Button type="submit" size="md" loading={pair.isPending} disabled={code === undefined}>
            {t('displayPairing.connect')}
          </Button>
        </Group>
      </form>
    </Card>
  );
}
