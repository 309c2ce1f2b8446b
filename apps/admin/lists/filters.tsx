/** What a list is narrowed by. It stands in the page's address, so that going back finds the same list. */
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch, IconX } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';
import type { Choice } from '../data/names.ts';
import css from './lists.module.css';

const TYPING_MS = 300;

export type FilterSpec =
  | {
      readonly kind: 'choice';
      readonly name: string;
      readonly label: string;
      readonly choices: readonly Choice[];
      /** What no choice means, where it is not everything. */
      readonly anyLabel?: string;
    }
  | { readonly kind: 'text'; readonly name: string; readonly label: string }
  | { readonly kind: 'day'; readonly name: string; readonly label: string };

export interface Filters {
  readonly values: Readonly<Record<string, string>>;
  set(name: string, value: string): void;
  clear(): void;
}

/** The filters with these names, as the address has them. */
export function useFilters(names: readonly string[]): Filters {
  const [params, setParams] = useSearchParams();
  const key = names.join();
  const values = useMemo(
    () =>
      Object.fromEntries(
        key.split(',').flatMap((name) => {
          const value = params.get(name);
          return value === null || value === '' ? [] : [[name, value]];
        }),
      ),
    [params, key],
  );
  const set = useCallback(
    (name: string, value: string) =>
      setParams(
        (now) => {
          const next = new URLSearchParams(now);
          if (value === '') next.delete(name);
          else next.set(name, value);
          return next;
        },
        { replace: true },
      ),
    [setParams],
  );
  const clear = useCallback(() => setParams(new URLSearchParams(), { replace: true }), [setParams]);
  return { values, set, clear };
}

export function FilterBar({
  filters,
  specs,
}: {
  readonly filters: Filters;
  readonly specs: readonly FilterSpec[];
}) {
  const { t } = useTranslation();
  if (specs.length === 0) return null;
  return (
    <search className={css.filters} aria-label={t('list.filters')}>
      {specs.map((spec) => (
        <FilterField key={spec.name} spec={spec} filters={filters} />
      ))}
      {Object.keys(filters.values).length > 0 && (
        <Button
          variant="subtle"
          h={42}
          leftSection={<IconX size={16} aria-hidden />}
          onClick={() => filters.clear()}
        >
          {t('list.clear')}
        </Button>
      )}
    </search>
  );
}

function FilterField({ spec, filters }: { readonly spec: FilterSpec; readonly filters: Filters }) {
  const { t } = useTranslation();
  const value = filters.values[spec.name] ?? '';
  if (spec.kind === 'text')
    return <TypedFilter key={value === '' ? 'empty' : 'typed'} spec={spec} filters={filters} />;
  if (spec.kind === 'day') {
    return (
      <TextInput
        className={css.filter ?? ''}
        type="date"
        size="md"
        label={spec.label}
        value={value}
        onChange={(event) => filters.set(spec.name, event.currentTarget.value)}
      />
    );
  }
  return (
    <NativeSelect
      className={css.filter ?? ''}
      size="md"
      label={spec.label}
      value={value}
      data={[{ value: '', label: spec.anyLabel ?? t('list.any') }, ...spec.choices]}
      onChange={(event) => filters.set(spec.name, event.currentTarget.value)}
    />
  );
}

/** What is typed is asked for when the fingers rest. */
function TypedFilter({ spec, filters }: { readonly spec: FilterSpec; readonly filters: Filters }) {
  const [typed, setTyped] = useState(filters.values[spec.name] ?? '');
  const ask = useDebouncedCallback((value: string) => filters.set(spec.name, value.trim()), TYPING_MS);
  return (
    <TextInput
      className={css.filter ?? ''}
      size="md"
      label={spec.label}
      value={typed}
      leftSection={<IconSearch size={18} aria-hidden />}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        ask(event.currentTarget.value);
      }}
    />
  );
}
