/** What devices sent that could not be read or believed: kept with its bytes, for who looks into it. */
import { Button } from '@mantine/core';
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { useTranslation } from 'react-i18next';
import { useApi } from '../data/api.ts';
import { useSight } from '../data/names.ts';
import { usePages } from '../data/queries.ts';
import { saveFile } from '../data/save-file.ts';
import { ListCard } from '../lists/list-card.tsx';

type Aside = AnswerOf<Routes['listQuarantine']>['items'][number];

export function Quarantine() {
  const { t } = useTranslation();
  const api = useApi();
  const { instant, format } = useSight();
  const pages = usePages(ROUTES.listQuarantine, {});
  // Most companies never have any: an empty list would only ask what it is.
  if (pages.rows.length === 0 && pages.error === null) return null;
  const save = async ({ id, digest }: Aside): Promise<void> => {
    const { bytes } = await api.call(ROUTES.getQuarantined, { params: { id } });
    const raw = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
    saveFile(`${digest.slice(0, 12)}.bin`, new Blob([raw]));
  };
  return (
    <section aria-label={t('quarantine.heading')}>
      <h2>{t('quarantine.heading')}</h2>
      <ListCard<Aside>
        label={t('quarantine.heading')}
        pages={pages}
        keyOf={({ id }) => id}
        empty={{ title: t('quarantine.none') }}
        columns={[
          { name: 'at', label: t('quarantine.received'), cell: ({ receivedAt }) => instant(receivedAt) },
          { name: 'reason', label: t('quarantine.reason'), cell: ({ reason }) => reason },
          {
            name: 'times',
            label: t('quarantine.times'),
            cell: ({ times }) => times,
            isNumeric: true,
            isSecondary: true,
          },
          {
            name: 'size',
            label: t('quarantine.size'),
            cell: ({ sizeBytes }) => format.number(sizeBytes),
            isNumeric: true,
            isSecondary: true,
          },
          {
            name: 'save',
            label: t('quarantine.bytes'),
            cell: (aside) => (
              <Button variant="default" h={40} onClick={() => void save(aside)}>
                {t('quarantine.save')}
              </Button>
            ),
          },
        ]}
      />
    </section>
  );
}
