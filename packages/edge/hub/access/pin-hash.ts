/** PINs as they are kept: argon2id (RFC 9106) with what OWASP asks at least, one at a time, because each takes memory and a core. */
import { argon2, timingSafeEqual } from 'node:crypto';
import type { Env } from '@totem/domain';

const MEMORY_KIB = 19 * 1024;
const PASSES = 2;
const LANES = 1;
const SALT_BYTES = 16;
const TAG_BYTES = 32;
const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

export interface PinHashes {
  /** A PHC string. */
  hash(pin: string): Promise<string>;
  /** Without a hash it takes as long, and is wrong. */
  verify(hashed: string | undefined, pin: string): Promise<boolean>;
}

export function createPinHashes(env: Env): PinHashes {
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const nobody = phcOf(
    { memory: MEMORY_KIB, passes: PASSES, lanes: LANES },
    Buffer.alloc(SALT_BYTES),
    Buffer.alloc(TAG_BYTES),
  );
  return {
    hash: (pin) =>
      inTurn(async () => {
        const costs = { memory: MEMORY_KIB, passes: PASSES, lanes: LANES };
        const salt = Buffer.from(env.randomBytes(SALT_BYTES));
        return phcOf(costs, salt, await derive(pin, salt, costs));
      }),
    verify: (hashed, pin) =>
      inTurn(async () => {
        const [, memory, passes, lanes, salt = '', tag = ''] = PHC.exec(hashed ?? nobody) ?? [];
        if (memory === undefined) throw new Error('not a hash of ours');
        const costs = { memory: Number(memory), passes: Number(passes), lanes: Number(lanes) };
        const expected = Buffer.from(tag, 'base64');
        const found = await derive(pin, Buffer.from(salt, 'base64'), costs, expected.length);
        return timingSafeEqual(found, expected) && hashed !== undefined;
      }),
  };
}

interface Costs {
  readonly memory: number;
  readonly passes: number;
  readonly lanes: number;
}

function derive(pin: string, salt: Buffer, costs: Costs, tagLength = TAG_BYTES): Promise<Buffer> {
  const { memory, passes, lanes: parallelism } = costs;
  return new Promise((resolve, reject) => {
    const parameters = { message: pin, nonce: salt, memory, passes, parallelism, tagLength };
    argon2('argon2id', parameters, (error, tag) => (error === null ? resolve(tag) : reject(error)));
  });
}

function phcOf({ memory, passes, lanes }: Costs, salt: Buffer, tag: Buffer): string {
  const text = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');
  return `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$${text(salt)}$${text(tag)}`;
}
