/** The schema of an instant in entries: one that exists, in the one form of rows and entries. */
import { epochMsOf, instantText, isInstantText } from '../env.ts';
import '../zod-setup.ts';
import { z } from 'zod';

/** From the year 1 on: PostgreSQL has no year 0. */
export const instantSchema = z.string().refine((text) => {
  try {
    return isInstantText(text) && !text.startsWith('0000') && instantText(epochMsOf(text)) === text;
  } catch {
    return false;
  }
}, 'not an instant');
