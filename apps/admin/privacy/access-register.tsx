/** Who has read, taken out or erased whose data: what the ledger says of it, the newest first. */
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { useTranslation } from 'react-i18next';
import { useSight } from '../data/names.ts';
import { usePages } from '../data/queries.ts';
import { ListCard } from '../lists/list-card.tsx';
import css from '../parts/page.module.css';

type Entry = AnswerOf<Routes['getEntry']>;

const ACTIONS = ['PERSON_READ', 'PERSON_EXPORTED', 'PERSON_ERASED'] as const;

export function AccessRegister() {
  const { t } = useTranslation();
  const { instant } = useSight();
  const pages = usePages(ROUTES.listEntries, { action: ACTIONS.join(',') });
  return (
    <section aria-label={t('privacy.register')}>
      <h2 className={css.cardTitle}>{t('privacy.register')}</h2>
      <ListCard<Entry>
        label={t('privacy.register')}
        pages={pages}
        keyOf={({ id }) => id}
        hrefOf={({ id }) => `/audit/${id}`}
        empty={{ title: t('privacy.noAccess'), hint: t('privacy.noAccessHint') }}
        columns={[
          { name: 'at', label: t('audit.when'), cell: ({ occurredAt }) => instant(occurredAt) },
          { name: 'action', label: t('audit.action'), cell: ({ action }) => t(`action.${action}`, action) },
          {
            name: 'who',
            label: t('audit.who'),
            cell: ({ userName, data }) => userName ?? t(`privacy.by_${String(data.by)}`, t('audit.cloud')),
          },
          {
            name: 'entity',
            label: t('audit.entity'),
            cell: ({ entity }) => t(`entity.${entity}`, entity),
            isSecondary: true,
          },
        ]}
      />
    </section>
  );
}
