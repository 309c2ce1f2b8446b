/** Whether a row is in use, as a column says it. */
import type { Sight } from '../data/names.ts';
import type { Column } from '../lists/data-table.tsx';
import { Status } from '../parts/status.tsx';

interface Used {
  readonly active?: boolean;
  readonly deletedAt: string | null;
}

export function usedColumn<V extends Used>({ t }: Pick<Sight, 't'>): Column<V> {
  return {
    name: 'use',
    label: t('list.use'),
    cell: ({ active = true, deletedAt }) => {
      if (deletedAt !== null) return <Status tone="quiet">{t('list.removed')}</Status>;
      return active ? (
        <Status tone="good">{t('list.active')}</Status>
      ) : (
        <Status tone="quiet">{t('list.inactive')}</Status>
      );
    },
  };
}
