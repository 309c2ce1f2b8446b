/**
 * Sets zod up; every file that makes a schema imports this first. In a page zod must not try whether it may compile code: the
 * try is caught, but the page's content security policy reports it as a violation.
 */
import { z } from 'zod';

z.config({ jitless: 'document' in globalThis });
