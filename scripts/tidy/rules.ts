/** All tidy rules in the order in which a person would want to hear of them. `tidy.test.ts` runs each as one test. */
import { CALL_RULES } from './calls.ts';
import { DOCUMENT_RULES } from './documents.ts';
import { IMPORT_RULES } from './imports.ts';
import { MANIFEST_RULES } from './manifests.ts';
import { NAME_RULES } from './names.ts';
import type { Rule } from './repository.ts';
import { SIZE_RULES } from './sizes.ts';

export const RULES: readonly Rule[] = [
  ...IMPORT_RULES,
  ...CALL_RULES,
  ...SIZE_RULES,
  ...NAME_RULES,
  ...MANIFEST_RULES,
  ...DOCUMENT_RULES,
];

/** The rule of that name. @throws when there is none: a test that names no rule tests nothing. */
export function ruleNamed(name: string): Rule {
  const rule = RULES.find((candidate) => candidate.name === name);
  if (rule === undefined) throw new Error(`no tidy rule is called "${name}"`);
  return rule;
}
