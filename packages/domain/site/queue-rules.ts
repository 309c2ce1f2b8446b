/** What a site decides about calling: seconds and counts that the machine's strict side asks for. */
import { queuePolicySchema } from '../queue/policy.ts';
import '../zod-setup.ts';
import { z } from 'zod';

/** How a display calls people by voice. */
export const callVoiceSchema = z.strictObject({
  isOn: z.boolean(),
  /** How often a call is read out again. */
  repeats: z.int().min(0).max(3),
  /** 100 is as the recordings were made. */
  ratePercent: z.int().min(70).max(140),
});
export type CallVoice = z.infer<typeof callVoiceSchema>;
export const CALL_VOICE_DEFAULT: CallVoice = { isOn: true, repeats: 1, ratePercent: 100 };

export const queueRulesSchema = z.strictObject({
  /** The least time between two calls of one ticket, in seconds. */
  recallMinSeconds: z.int().min(0).max(600),
  /** A no-show needs at least this many calls, the first included. */
  noShowMinCalls: z.int().min(1).max(20),
  /** And this many seconds since the last call. */
  noShowMinSeconds: z.int().min(0).max(3_600),
  /** Where a ticket goes that returns to the queue. */
  requeuePlace: z.enum(['keep', 'end']),
  /** Where a ticket goes that is sent on: by its arrival, or behind those who wait there. */
  transferPlace: z.enum(['keep', 'end']).default('keep'),
  /** A ticket that must be paid first expires after this many minutes without a payment. */
  unpaidMinutesMax: z.int().min(1).max(1_440).default(30),
  /** Who still waits so many minutes after the site has closed is not called any more. */
  closingMinutes: z.int().min(0).max(1_440).default(60),
  /** Nobody should wait longer than so many minutes: municipal laws say 15 to 30. A longer wait is shown, and changes no order. */
  waitTargetMinutes: z.int().min(1).max(1_440).default(30),
  /** In which order people are called; null leaves it to the tenant. A service may have its own. */
  policy: queuePolicySchema.nullable().default(null),
  /** Whether calling somebody by hand, out of the order, needs a reason. */
  choiceNeedsReason: z.boolean().default(false),
  callVoice: callVoiceSchema.default(CALL_VOICE_DEFAULT),
  /** Whether customers may give their ticket up by themselves, on their phone. */
  customerMayCancel: z.boolean().default(false),
  /** Whether they may go to the end of the queue by themselves, when they are late. */
  customerMayDelay: z.boolean().default(false),
});
export type QueueRules = z.infer<typeof queueRulesSchema>;
/** What is kept of them: a site that was configured before a rule existed has none for it. */
export type StoredQueueRules = z.input<typeof queueRulesSchema>;

export const QUEUE_RULES_DEFAULT: QueueRules = {
  recallMinSeconds: 3,
  noShowMinCalls: 2,
  noShowMinSeconds: 10,
  requeuePlace: 'keep',
  transferPlace: 'keep',
  unpaidMinutesMax: 30,
  closingMinutes: 60,
  waitTargetMinutes: 30,
  policy: null,
  choiceNeedsReason: false,
  callVoice: CALL_VOICE_DEFAULT,
  customerMayCancel: false,
  customerMayDelay: false,
};

/** The rules of a site, complete. */
export function queueRulesOf(site: { readonly queueRules: StoredQueueRules }): QueueRules {
  const { requeuePlace } = site.queueRules;
  // Before there was a rule for those who are sent on, they went where those go who return.
  return { ...QUEUE_RULES_DEFAULT, transferPlace: requeuePlace, ...site.queueRules } as QueueRules;
}
