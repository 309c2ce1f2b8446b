/** The takings of a site in one currency: the span in a row, a picture of its days, then who and what took them. */
import { cents, formatMoney } from '@totem/domain';
import { useFormat } from '@totem/ui';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { type Column, DataTable } from '../lists/data-table.tsx';
import { Figures } from '../parts/figures.tsx';
import { Card } from '../parts/page.tsx';
import { BarChart } from './bar-chart.tsx';
import {
  type DayTakings,
  type NamedTakings,
  sumOf,
  type Takings,
  type TakingsLine,
  type TakingsReport,
  takingsBy,
  takingsByDay,
} from './takings-figures.ts';
import { dayNamer } from './wording.ts';

interface TakingsCardsProps {
  readonly report: TakingsReport;
  readonly currency: string;
  /** Those of this currency. */
  readonly lines: readonly TakingsLine[];
}

export function TakingsCards({ report, currency, lines }: TakingsCardsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const total = sumOf(lines);
  const money = (amount: number): string => formatMoney(cents(amount), currency, format.locale);
  const named = (id: string | null, none: string): string =>
    id === null ? none : (report.names[id] ?? t('list.gone'));
  const tables = [
    ['byMethod', t('payment.method'), takingsBy(lines, (line) => wayOf(t, line))],
    [
      'byTotem',
      t('report.totem'),
      takingsBy(lines, ({ equipmentId }) => named(equipmentId, t('report.noTotem'))),
    ],
    [
      'byOperator',
      t('report.operator'),
      takingsBy(lines, ({ operatorId }) => named(operatorId, t('report.noOperator'))),
    ],
  ] as const;
  return (
    <>
      <Figures
        figures={[
          { name: t('report.net'), value: money(total.netCents) },
          { name: t('report.paid'), value: money(total.paidCents) },
          { name: t('report.refunded'), value: money(total.refundedCents) },
          { name: t('report.paymentCount'), value: format.number(total.payments) },
        ]}
      />
      <Days report={report} currency={currency} lines={lines} />
      {tables.map(([name, label, rows]) => (
        <Card key={name} isFlush title={t(`report.${name}`)}>
          <DataTable
            label={t(`report.${name}`)}
            rows={rows}
            keyOf={(row) => row.name}
            columns={[
              { name: 'name', label, cell: (row) => row.name },
              ...amounts<NamedTakings>(t, format.number, money),
            ]}
          />
        </Card>
      ))}
    </>
  );
}

function Days({ report, currency, lines }: TakingsCardsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const named = dayNamer(format);
  const days = takingsByDay(report, lines);
  const money = (amount: number): string => formatMoney(cents(amount), currency, format.locale);
  const { from, to } = report;
  return (
    <Card title={t('report.byDay')}>
      <BarChart
        isWide
        label={t('report.takingsPicture', {
          from: named(from),
          to: named(to),
          net: money(sumOf(lines).netCents),
        })}
        series={[t('report.paid'), t('report.refunded')]}
        bars={days.map(({ day, paidCents, refundedCents }) => ({
          name: day,
          tick: named(day),
          values: [paidCents, refundedCents],
        }))}
        show={compactMoney(currency, format.locale)}
      />
      <details>
        <summary>{t('report.asTable')}</summary>
        <DataTable
          label={t('report.byDay')}
          rows={days.filter(({ payments }) => payments > 0)}
          keyOf={({ day }) => day}
          columns={[
            { name: 'day', label: t('list.day'), cell: ({ day }) => named(day) },
            ...amounts<DayTakings>(t, format.number, money),
          ]}
        />
      </details>
    </Card>
  );
}

function amounts<T extends Takings>(
  t: TFunction,
  number: (value: number) => string,
  money: (cents: number) => string,
): readonly Column<T>[] {
  return [
    {
      name: 'payments',
      label: t('report.paymentCount'),
      cell: ({ payments }) => number(payments),
      isNumeric: true,
    },
    {
      name: 'paid',
      label: t('report.paid'),
      cell: ({ paidCents }) => money(paidCents),
      isNumeric: true,
      isSecondary: true,
    },
    {
      name: 'refunded',
      label: t('report.refunded'),
      cell: ({ refundedCents }) => money(refundedCents),
      isNumeric: true,
      isSecondary: true,
    },
    { name: 'net', label: t('report.net'), cell: ({ netCents }) => money(netCents), isNumeric: true },
  ];
}

/** `Pix`, `Dinheiro · Guichê`: the method, and whose way of taking it, where it says more. */
function wayOf(t: TFunction, { method, adapter }: TakingsLine): string {
  const name = t(`paymentMethod.${method}`);
  return adapter === method ? name : `${name} · ${t(`report.adapter.${adapter}`, adapter)}`;
}

/** `R$ 12 mil`, for the scale of a picture. */
function compactMoney(currency: string, locale: string): (amountCents: number) => string {
  const style = { style: 'currency', currency, currencyDisplay: 'narrowSymbol' } as const;
  const digits = new Intl.NumberFormat(locale, style).resolvedOptions().maximumFractionDigits ?? 2;
  const compact = new Intl.NumberFormat(locale, { ...style, notation: 'compact', maximumFractionDigits: 1 });
  return (amountCents) => compact.format(amountCents / 10 ** digits);
}
