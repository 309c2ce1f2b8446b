/** Who has come in with the PIN: a few tokens in memory, gone when they are not used, and with the process. */
import { type Env, ProblemError, sha256Hex, type Timers } from '@totem/domain';

/** A technician who has walked away leaves no open door. */
export const SESSION_IDLE_MS = 10 * 60_000;
const SESSIONS_MAX = 4;
const TOKEN_BYTES = 32;

export interface TechnicianSessions {
  open(): string;
  /** Goes on for another while. @throws ProblemError `technician_session_over` */
  use(token: string): void;
  end(token: string): void;
}

export function createSessions(env: Env, timers: Timers): TechnicianSessions {
  /** By digest, so that looking one up says nothing of another; oldest first. */
  const lastUsed = new Map<string, number>();
  return {
    open() {
      const token = Buffer.from(env.randomBytes(TOKEN_BYTES)).toString('base64url');
      const [oldest] = lastUsed.keys();
      if (oldest !== undefined && lastUsed.size >= SESSIONS_MAX) lastUsed.delete(oldest);
      lastUsed.set(sha256Hex(token), timers.monotonicMs());
      return token;
    },
    use(token) {
      const key = sha256Hex(token);
      const used = lastUsed.get(key);
      lastUsed.delete(key);
      const now = timers.monotonicMs();
      if (used === undefined || now - used > SESSION_IDLE_MS)
        throw new ProblemError('technician_session_over');
      lastUsed.set(key, now);
    },
    end: (token) => void lastUsed.delete(sha256Hex(token)),
  };
}
