/** Where the agent's screen is: the agent writes its address with this boot's key into a file of its folder, for whoever shows it. */

/** Only the agent's own address on this machine is ever opened, whatever the file says. */
const ADDRESS = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d{1,5}\/#token=[\w-]+$/;

/** The address in the file's text; null when it is none. */
export function addressIn(text: string): string | null {
  const trimmed = text.trim();
  return ADDRESS.test(trimmed) && URL.canParse(trimmed) ? trimmed : null;
}
