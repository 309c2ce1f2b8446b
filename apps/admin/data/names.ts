/** The names behind ids, in the reader's language, for all pages: sites and services are few and are read once. */
import { ROUTES } from '@totem/api';
import { type Format, useFormat } from '@totem/ui';
import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useAll } from './queries.ts';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** What cells and fields see of the world around their row. */
export interface Sight {
  readonly t: TFunction;
  readonly format: Format;
  readonly sites: readonly Choice[];
  readonly services: readonly Choice[];
  siteName(id: string | null | undefined): string;
  serviceName(id: string | null | undefined): string;
  /** A date and a time; a dash for none. */
  instant(at: string | null | undefined): string;
}

const NONE = '—';

export function useSight(): Sight {
  const { t } = useTranslation();
  const format = useFormat();
  const sites = useAll(ROUTES.listSites);
  const services = useAll(ROUTES.listServices);
  return useMemo(() => {
    const collator = new Intl.Collator(format.locale, { numeric: true });
    const sorted = (choices: Choice[]): Choice[] =>
      choices.toSorted((a, b) => collator.compare(a.label, b.label));
    const ofSites = sorted((sites.data ?? []).map(({ id, name }) => ({ value: id, label: name })));
    const ofServices = sorted(
      (services.data ?? []).map(({ id, name, prefix }) => ({
        value: id,
        label: `${prefix} · ${format.local(name)}`,
      })),
    );
    const named = (choices: readonly Choice[]) => {
      const byId = new Map(choices.map(({ value, label }) => [value, label]));
      return (id: string | null | undefined) => (id == null ? NONE : (byId.get(id) ?? t('list.gone')));
    };
    const clock = new Intl.DateTimeFormat(format.locale, { dateStyle: 'short', timeStyle: 'short' });
    return {
      t,
      format,
      sites: ofSites,
      services: ofServices,
      siteName: named(ofSites),
      serviceName: named(ofServices),
      instant: (at) => (at == null ? NONE : clock.format(Date.parse(at))),
    };
  }, [t, format, sites.data, services.data]);
}
