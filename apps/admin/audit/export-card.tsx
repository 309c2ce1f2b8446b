/** Entries of some days as a file, to be checked or read elsewhere. The export is itself an entry. */
import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../data/api.ts';
import { dayAgo, endOfDay, startOfDay } from '../data/days.ts';
import { saveFile } from '../data/save-file.ts';
import { Card } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';
import { useMe } from '../session/me.ts';

const WEEK_DAYS = 7;

export function ExportCard() {
  const { t } = useTranslation();
  const { may } = useMe();
  const api = useApi();
  const [from, setFrom] = useState(() => dayAgo(WEEK_DAYS));
  const [to, setTo] = useState(() => dayAgo(0));
  const [format, setFormat] = useState('csv');
  const begin = startOfDay(from);
  const end = endOfDay(to);
  const get = useMutation({
    mutationFn: async () => {
      const query = new URLSearchParams({ from: begin ?? '', to: end ?? '', format });
      saveFile(`totem-audit-${from}-${to}.${format}`, await api.file(`/v1/audit/export?${query}`));
    },
  });
  if (!may('audit.export')) return null;
  return (
    <Card title={t('audit.export')} lead={t('audit.exportLead')}>
      {get.error !== null && <Problem error={get.error} />}
      <Group align="flex-end">
        <TextInput
          size="md"
          type="date"
          label={t('list.from')}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          size="md"
          type="date"
          label={t('list.to')}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        <NativeSelect
          size="md"
          label={t('audit.format')}
          value={format}
          data={[
            { value: 'csv', label: t('audit.csv') },
            { value: 'ndjson', label: t('audit.ndjson') },
          ]}
          onChange={(event) => setFormat(event.currentTarget.value)}
        />
        <Button
          size="md"
          variant="default"
          leftSection={<IconDownload size={18} aria-hidden />}
          loading={get.isPending}
          disabled={begin === undefined || end === undefined}
          onClick={() => get.mutate()}
        >
          {t('audit.download')}
        </Button>
      </Group>
    </Card>
  );
}
