/** Asking a device to start anew or for its log, and what came of it. */
import { Button } from '@mantine/core';
import { IconFileText, IconRefresh } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../data/api.ts';
import { useSight } from '../data/names.ts';
import { useRead, useStale } from '../data/queries.ts';
import { DataTable } from '../lists/data-table.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Card } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';
import { Status, type Tone } from '../parts/status.tsx';
import { useMe } from '../session/me.ts';
import type { Device } from './device-status.tsx';
import css from './devices.module.css';

type Command = AnswerOf<Routes['listDeviceCommands']>['items'][number];

/** A device hears of it within half a minute. */
const LOOK_EVERY_MS = 5_000;
const TONES: Readonly<Record<Command['state'], Tone>> = {
  waiting: 'quiet',
  taken: 'quiet',
  done: 'good',
  failed: 'danger',
  expired: 'warning',
};

export function CommandsCard({ device }: { readonly device: Device }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const api = useApi();
  const stale = useStale();
  const [isRestarting, setIsRestarting] = useState(false);
  const [shown, setShown] = useState<string | undefined>();
  const params = { id: device.id };
  const read = useRead(ROUTES.listDeviceCommands, { params }, { everyMs: LOOK_EVERY_MS });
  const ask = async (kind: Command['kind']): Promise<void> => {
    await api.call(ROUTES.askDevice, { params, body: { kind } });
    await stale(ROUTES.listDeviceCommands.path);
  };
  const logs = useMutation({ mutationFn: () => ask('logs') });
  if (!may('equipment.write')) return null;
  return (
    <Card title={t('command.heading')} lead={t('command.lead')}>
      {logs.error !== null && <Problem error={logs.error} />}
      <div className={css.acts}>
        <Button
          variant="default"
          size="md"
          leftSection={<IconRefresh size={18} aria-hidden />}
          onClick={() => setIsRestarting(true)}
        >
          {t('command.restart')}
        </Button>
        <Button
          variant="default"
          size="md"
          loading={logs.isPending}
          leftSection={<IconFileText size={18} aria-hidden />}
          onClick={() => logs.mutate()}
        >
          {t('command.logs')}
        </Button>
      </div>
      <Asked commands={read.data?.items ?? []} onShow={setShown} />
      {shown !== undefined && <Log id={shown} />}
      <Confirm
        opened={isRestarting}
        title={t('command.restartHeading', { name: device.identifier })}
        lead={t('command.restartLead')}
        act={t('command.restart')}
        onClose={() => setIsRestarting(false)}
        onConfirm={() => ask('restart')}
      />
    </Card>
  );
}

interface AskedProps {
  readonly commands: readonly Command[];
  onShow(id: string): void;
}

function Asked({ commands, onShow }: AskedProps) {
  const { t } = useTranslation();
  const { instant } = useSight();
  if (commands.length === 0) return null;
  return (
    <DataTable<Command>
      label={t('command.heading')}
      rows={commands}
      keyOf={({ id }) => id}
      columns={[
        { name: 'kind', label: t('command.what'), cell: ({ kind }) => t(`command.${kind}`) },
        {
          name: 'at',
          label: t('command.at'),
          cell: ({ createdAt }) => instant(createdAt),
          isSecondary: true,
        },
        {
          name: 'state',
          label: t('command.outcome'),
          cell: ({ state }) => <Status tone={TONES[state]}>{t(`command.state.${state}`)}</Status>,
        },
        {
          name: 'act',
          label: t('list.use'),
          cell: ({ id, hasLog }) =>
            hasLog && (
              <Button variant="default" h={44} onClick={() => onShow(id)}>
                {t('command.show')}
              </Button>
            ),
        },
      ]}
    />
  );
}

function Log({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const read = useRead(ROUTES.getDeviceLog, { params: { id } } as never);
  if (read.error !== null) return <Problem error={read.error} onRetry={() => void read.refetch()} />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls the lines with the keyboard.
    <section className={css.log} tabIndex={0} aria-label={t('command.logs')}>
      {(read.data as { readonly log: string } | undefined)?.log ?? ''}
    </section>
  );
}
