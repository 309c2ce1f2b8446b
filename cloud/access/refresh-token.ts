/**
 * Refresh tokens. One names its session and its place in it, and proves both with 256 bits that only a holder of the node's
 * key can make: nothing of it is in the database, and the same successor can be made again when an answer was lost.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { idSchema, type SessionId, type TenantId } from '@totem/domain';

/** Which token of which session. */
export interface RefreshPlace {
  readonly tenantId: TenantId;
  readonly sessionId: SessionId;
  /** 1, 2, 3... within the session. */
  readonly generation: number;
}

export interface RefreshTokens {
  make(place: RefreshPlace): string;
  /** What a token of ours says; undefined for any other text. Whether it still counts, its session says. */
  read(token: string): RefreshPlace | undefined;
}

const ID_BYTES = 16;
const PLACE_BYTES = 2 * ID_BYTES + 4;
/** `rt_` and 68 bytes: tenant, session, generation, proof. */
const FORM = /^rt_([A-Za-z0-9_-]{91})$/;

export function createRefreshTokens(key: Uint8Array): RefreshTokens {
  const proofOf = (place: Uint8Array) => createHmac('sha256', key).update(place).digest();
  return {
    make: ({ tenantId, sessionId, generation }) => {
      const place = Buffer.alloc(PLACE_BYTES);
      place.write(`${tenantId}${sessionId}`.replaceAll('-', ''), 'hex');
      place.writeUInt32BE(generation, 2 * ID_BYTES);
      return `rt_${Buffer.concat([place, proofOf(place)]).toString('base64url')}`;
    },
    read: (token) => {
      const [, text] = FORM.exec(token) ?? [];
      if (text === undefined) return undefined;
      const bytes = Buffer.from(text, 'base64url');
      // The last sign has bits to spare: one token has one text.
      if (bytes.toString('base64url') !== text) return undefined;
      const place = bytes.subarray(0, PLACE_BYTES);
      if (!timingSafeEqual(bytes.subarray(PLACE_BYTES), proofOf(place))) return undefined;
      return {
        tenantId: idSchema<'tenant'>().parse(uuidOf(place.subarray(0, ID_BYTES))),
        sessionId: idSchema<'session'>().parse(uuidOf(place.subarray(ID_BYTES, 2 * ID_BYTES))),
        generation: place.readUInt32BE(2 * ID_BYTES),
      };
    },
  };
}

/** 16 bytes as the text of a UUID. */
export function uuidOf(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
