/** How far a device has come with its enrolment: what its agent tells the technician's screen. */
import type { InstantText } from '../env.ts';
import type { ErrorCode } from '../errors/catalogue.ts';

export type EnrollingState =
  | {
      readonly step: 'code';
      /** Why the code before was not taken. */
      readonly problem: ErrorCode | null;
      /** Seconds, where the cloud has said so. */
      readonly retryAfter: number | null;
    }
  | { readonly step: 'showing' }
  | {
      readonly step: 'waiting';
      readonly fingerprint: string;
      readonly expiresAt: InstantText;
      /** Whether the cloud has answered the last question. */
      readonly isReached: boolean;
    }
  | { readonly step: 'done'; readonly siteName: string; readonly identifier: string };
