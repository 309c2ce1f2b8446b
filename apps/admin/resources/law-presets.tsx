/** The classes of Brazilian law, added in one go where there is none yet. */
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { ROUTES } from '@totem/api';
import { BRAZILIAN_PRIORITY_CLASSES } from '@totem/domain';
import { useTranslation } from 'react-i18next';
import { useApi } from '../data/api.ts';
import { useStale } from '../data/queries.ts';
import { Problem } from '../parts/problem.tsx';

/** A class gets its place in the order of the law's list, ten apart, so that others fit between. */
const SORT_STEP = 10;

export function LawPresets() {
  const { t } = useTranslation();
  const api = useApi();
  const stale = useStale();
  const add = useMutation({
    mutationFn: async () => {
      for (const [index, { key: _, ...preset }] of BRAZILIAN_PRIORITY_CLASSES.entries())
        await api.call(ROUTES.createPriorityClass, {
          body: { ...preset, sortOrder: (index + 1) * SORT_STEP },
        });
    },
    onSettled: () => stale(ROUTES.listPriorityClasses.path),
  });
  return (
    <>
      {add.error !== null && <Problem error={add.error} />}
      <Button size="md" loading={add.isPending} onClick={() => add.mutate()}>
        {t('priority.presets')}
      </Button>
    </>
  );
}
