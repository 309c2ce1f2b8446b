/** What the entries of an operator's session at a counter carry. */

import { idSchema } from '../ids/id.ts';
import '../zod-setup.ts';
import { z } from 'zod';

export const operatorSessionOpenData = z.looseObject({
  userId: idSchema<'user'>(),
  counterId: idSchema<'counter'>(),
});
export const operatorSessionCloseData = z.looseObject({});
