/**
 * Zod as the domain uses it, set up before the first schema is made. In a page it must not try whether it may compile code:
 * the try is caught, but the page's content security policy reports each one as a violation.
 */
import { z } from 'zod';

z.config({ jitless: 'document' in globalThis });

export { z };
