/** The contract's own schema judges a form before it is sent: what is wrong with which field, in the reader's words. */
import type { Route } from '@totem/api';
import type { TFunction } from 'i18next';
import type { z } from 'zod';
import type { Draft, FieldSpec } from './field.ts';

export type FieldErrors = Readonly<Record<string, string>>;

/** Faults of a body by the path of their field. Those that no field has are under the empty path. */
export function faultsOf(route: Route, body: Draft, fields: readonly FieldSpec[], t: TFunction): FieldErrors {
  const judged = route.body?.safeParse(body);
  if (judged === undefined || judged.success) return {};
  const faults: Record<string, string> = {};
  for (const issue of judged.error.issues) {
    const path = fieldAt(issue.path.map(String).join('.'), fields);
    faults[path] ??= textOf(issue, t);
  }
  return faults;
}

/** The faults that the server's refusal names. */
export function refusalsOf(
  named: readonly string[],
  fields: readonly FieldSpec[],
  t: TFunction,
): FieldErrors {
  return Object.fromEntries(
    named.map((name) => [fieldAt(name.replace(/^body\./, ''), fields), t('form.wrong')]),
  );
}

/** The field that a path lies in. */
export function fieldAt(path: string, fields: readonly FieldSpec[]): string {
  const exact = fields.find((field) => path === field.path || path.startsWith(`${field.path}.`));
  return (exact ?? fields.find((field) => field.path.startsWith(`${path}.`)))?.path ?? '';
}

function textOf(issue: z.core.$ZodIssue, t: TFunction): string {
  switch (issue.code) {
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? Number(issue.minimum) <= 1
          ? t('form.missing')
          : t('form.tooShort', { min: Number(issue.minimum) })
        : t('form.tooSmall', { min: Number(issue.minimum) });
    case 'too_big':
      return issue.origin === 'string' || issue.origin === 'array'
        ? t('form.tooLong', { max: Number(issue.maximum) })
        : t('form.tooBig', { max: Number(issue.maximum) });
    case 'invalid_type':
    case 'invalid_value':
      return issue.input === undefined || issue.input === null || issue.input === ''
        ? t('form.missing')
        : t('form.wrong');
    case 'custom':
      return EMPTY_SAYINGS.has(issue.message) ? t('form.missing') : t('form.wrong');
    default:
      return t('form.wrong');
  }
}

/** How the contract says that nothing was given where something must be. */
const EMPTY_SAYINGS = new Set(['is empty', 'names no language']);
