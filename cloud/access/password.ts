/**
 * Passwords: argon2id with 46 MiB and one pass (OWASP's first choice), at most four at once, because each takes its memory
 * and a core for some fifty milliseconds.
 */
import { hash, parseOptions, verify } from '@node-rs/argon2';
import { PASSWORD_CHARACTERS_MIN, ProblemError, passwordFault, passwordText } from '@totem/domain';

const MEMORY_KIB = 46 * 1024;
const PASSES = 1;
const LANES = 1;
const AT_ONCE_MAX = 4;
/** Those who wait for their turn; more are sent away. */
const WAITING_MAX = 64;
const RETRY_AFTER_SECONDS = 2;

export interface Passwords {
  /** The hash as a PHC string. */
  hash(password: string): Promise<string>;
  /** Whether a password is the one; `stale` when its hash was made with weaker parameters than today's. */
  verify(hashed: string | null, password: string): Promise<{ readonly ok: boolean; readonly stale: boolean }>;
}

const OPTIONS = { memoryCost: MEMORY_KIB, timeCost: PASSES, parallelism: LANES } as const;

export function createPasswords(): Passwords {
  const turn = createTurnstile();
  // What an unknown name is compared with, so that it takes as long as a known one.
  let nobody: Promise<string> | undefined;
  return {
    hash: (password) => turn(() => hash(passwordText(password), OPTIONS)),
    verify: (hashed, password) =>
      turn(async () => {
        nobody ??= hash('nobody', OPTIONS);
        const isSame = await verify(hashed ?? (await nobody), passwordText(password));
        const ok = hashed !== null && isSame;
        return { ok, stale: ok && isStale(hashed) };
      }),
  };
}

/**
 * Whether a new password may be one, for somebody with these names.
 * @throws ProblemError `password_too_short`, `password_common`.
 */
export function requireGoodPassword(password: string, names: readonly string[]): void {
  const fault = passwordFault(password, names);
  if (fault === undefined) return;
  throw new ProblemError(fault, {
    params: fault === 'password_too_short' ? { min: PASSWORD_CHARACTERS_MIN } : {},
  });
}

function isStale(hashed: string): boolean {
  const { memoryCost, timeCost } = parseOptions(hashed);
  return memoryCost * timeCost < MEMORY_KIB * PASSES;
}

/** Lets a few in at once and the others wait in order. @throws ProblemError `too_many_requests` when too many wait. */
function createTurnstile(): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return async (work) => {
    if (inside >= AT_ONCE_MAX) {
      if (waiting.length >= WAITING_MAX)
        throw new ProblemError('too_many_requests', {
          params: { seconds: RETRY_AFTER_SECONDS },
          retryAfter: RETRY_AFTER_SECONDS,
        });
      await new Promise<void>((go) => waiting.push(go));
    } else inside += 1;
    try {
      return await work();
    } finally {
      // The place is handed over, not given back and taken again: nobody overtakes.
      const next = waiting.shift();
      if (next === undefined) inside -= 1;
      else next();
    }
  };
}
