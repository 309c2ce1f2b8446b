/** Remembers what was computed from a text, up to a number of texts; the oldest make room. */
export function createMemo<V>(entriesMax: number): (text: string, compute: () => V) => V {
  const known = new Map<string, { readonly value: V }>();
  return (text, compute) => {
    const found = known.get(text);
    if (found !== undefined) return found.value;
    const value = compute();
    if (known.size >= entriesMax) known.delete(known.keys().next().value ?? '');
    known.set(text, { value });
    return value;
  };
}
