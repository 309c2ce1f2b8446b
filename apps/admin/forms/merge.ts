/**
 * Two people changed the same thing. Fields that only one of them touched are taken from that one; where both did, a person
 * chooses. Nothing that somebody typed is lost without being seen.
 */
import { type Draft, type FieldSpec, isSame, valueAt, withValue } from './field.ts';

export interface MergeField {
  readonly field: FieldSpec;
  readonly mine: unknown;
  readonly theirs: unknown;
  /** Both changed it, and not to the same. */
  readonly isContested: boolean;
}

/** The fields that somebody else has changed meanwhile. @param base what both began with. */
export function theirChanges(
  fields: readonly FieldSpec[],
  base: Draft,
  mine: Draft,
  theirs: Draft,
): readonly MergeField[] {
  return fields.flatMap((field) => {
    const [was, own, other] = [base, mine, theirs].map((draft) => valueAt(draft, field.path));
    if (isSame(was, other) || isSame(own, other)) return [];
    return [{ field, mine: own, theirs: other, isContested: !isSame(own, was) }];
  });
}

/** What both make together. @param keepMine paths of contested fields that stay as this person typed them. */
export function merged(changes: readonly MergeField[], mine: Draft, keepMine: ReadonlySet<string>): Draft {
  return changes.reduce(
    (draft, { field, theirs, isContested }) =>
      isContested && keepMine.has(field.path) ? draft : withValue(draft, field.path, theirs),
    mine,
  );
}
