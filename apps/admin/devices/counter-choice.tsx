/** Some of the counters of a device's site. */
import { ROUTES } from '@totem/api';
import { useAll } from '../data/queries.ts';
import type { FieldProps } from '../forms/field.ts';
import { ManyChoice } from '../forms/many-choice.tsx';

interface CounterChoiceProps extends FieldProps {
  readonly siteId: string;
}

export function CounterChoice({ siteId, ...props }: CounterChoiceProps) {
  const counters = useAll(ROUTES.listCounters, { siteId });
  const choices = (counters.data ?? []).map(({ id, name, number }) => ({
    value: id,
    label: `${number} · ${name}`,
  }));
  return <ManyChoice {...props} choices={choices} allLabel="display.allCounters" />;
}
