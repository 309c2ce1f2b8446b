/** Whether a day was compared with the provider's list, and whether anything in it waits for a person, in a word with a mark. */
import type { AnswerOf, Routes } from '@totem/api';
import { useTranslation } from 'react-i18next';
import { Status } from '../parts/status.tsx';

/** A day that was compared, as lists show it. */
export type ComparedDay = AnswerOf<Routes['listReconciliations']>['items'][number];

/** Something that only one of the two lists has, or has otherwise. */
export type Difference = AnswerOf<Routes['getReconciliation']>['items'][number];

export function DayState({ day }: { readonly day: ComparedDay }) {
  const { t } = useTranslation();
  if (day.state === 'failed') return <Status tone="danger">{t('books.failed')}</Status>;
  if (day.open > 0) return <Status tone="warning">{t('books.open', { count: day.open })}</Status>;
  if (day.differing > 0) return <Status tone="good">{t('books.settledAll')}</Status>;
  return <Status tone="good">{t('books.equal')}</Status>;
}
