/** Elements of the demo page, which are there or the page is broken. */

export function find<E extends Element>(selector: string, inside: ParentNode = document): E {
  const found = inside.querySelector<E>(selector);
  if (found === null) throw new Error(`missing on the page: ${selector}`);
  return found;
}
