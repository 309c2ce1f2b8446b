/** Refusals and faults in the OpenAPI document: one answer for each status, with the codes that it may have. */
import { ERROR_CODES, ERRORS, type ErrorCode } from '@totem/domain';
import { z } from 'zod';

export const problemSchema = z
  .object({
    type: z.string().meta({ example: 'urn:totem:error:not_found' }),
    title: z.string().describe('In English.'),
    status: z.int(),
    code: z.enum(ERROR_CODES as [ErrorCode, ...ErrorCode[]]),
    detail: z.string().describe('In the language of Accept-Language.'),
    params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    errors: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .optional()
      .describe('What is wrong with which field.'),
    requestId: z.string().optional().describe('Names the request, in the log of the server too.'),
  })
  .meta({ id: 'Problem' });

const RETRY_AFTER = z.string().optional().describe('Seconds after which a repetition makes sense.');
const REPEATED: readonly number[] = [429, 503];

/** The answers with these codes, by their status. */
export function problemsOf(codes: readonly ErrorCode[], schema: z.ZodType = problemSchema) {
  const byStatus = Map.groupBy(codes, (code) => ERRORS[code].status);
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, some]) => [
        status,
        {
          description: some.map((code) => `\`${code}\`: ${ERRORS[code].text.en}`).join('\n\n'),
          ...(REPEATED.includes(status) ? { headers: z.object({ 'Retry-After': RETRY_AFTER }) } : {}),
          content: { 'application/problem+json': { schema } },
        },
      ]),
  );
}
