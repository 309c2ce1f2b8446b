/** Who served how many, and how long it took them. */
import type { AnswerOf, Routes } from '@totem/api';
import { useFormat } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import { DataTable } from '../lists/data-table.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Card } from '../parts/page.tsx';
import { seconds } from './wording.ts';

export function OperatorTable({ report }: { readonly report: AnswerOf<Routes['getOperatorReport']> }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Card isFlush title={t('report.byOperator')}>
      {report.operators.length === 0 ? (
        <Nothing title={t('report.noOperators')} />
      ) : (
        <DataTable
          label={t('report.byOperator')}
          rows={report.operators.toSorted((a, b) => b.served - a.served)}
          keyOf={({ operatorId }) => operatorId}
          columns={[
            { name: 'name', label: t('person.field.fullName'), cell: ({ name }) => name ?? t('list.gone') },
            {
              name: 'served',
              label: t('report.served'),
              cell: ({ served }) => format.number(served),
              isNumeric: true,
            },
            {
              name: 'noShow',
              label: t('report.noShow'),
              cell: ({ noShow }) => format.number(noShow),
              isNumeric: true,
              isSecondary: true,
            },
            {
              name: 'mean',
              label: t('report.serviceMean'),
              cell: ({ serviceSecondsMean }) => seconds(format, serviceSecondsMean),
              isNumeric: true,
            },
          ]}
        />
      )}
    </Card>
  );
}
