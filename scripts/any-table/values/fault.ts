/** What the server would raise an error for while it computes a condition: the row counts as not meeting it. */
export class ConditionFault extends Error {
  override readonly name = 'ConditionFault';
}
