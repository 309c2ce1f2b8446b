/** What the entries of an operator's session at a counter carry. */

import { idSchema } from '../ids/id.ts';
import type { OperatorSessionAction } from '../ledger/action.ts';
import '../zod-setup.ts';
import { z } from 'zod';

/** The schema of each action's data, asked once, where an entry enters. */
export const OPERATOR_SESSION_DATA = {
  OPERATOR_SESSION_OPEN: z.looseObject({ userId: idSchema<'user'>(), counterId: idSchema<'counter'>() }),
  OPERATOR_SESSION_CLOSE: z.looseObject({}),
  OPERATOR_SESSION_PAUSE: z.looseObject({ reason: z.string().min(1).max(200) }),
  OPERATOR_SESSION_RESUME: z.looseObject({}),
} as const satisfies Record<OperatorSessionAction, z.ZodType>;
