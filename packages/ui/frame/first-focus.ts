/**
 * Whether a page may put the keyboard into its first field by itself. Inside another page it may not: the browser would scroll
 * that page to the field, and take the keyboard from whoever is reading there.
 */

/** For `autoFocus` of what is there when a page opens; what appears after a press may always have the keyboard. */
export function useFirstFocus(): boolean {
  return window.self === window.top;
}
