/**
 * Signing in at the hub while there is no link: with a PIN, by those to whom the cloud has given a grant before. A try is counted
 * on the disk before it is looked at, so that neither a crash nor a hundred at once give a sixth (I-HUB-5).
 */
import {
  type EntryDraft,
  idSchema,
  instantText,
  may,
  newId,
  type PrincipalOf,
  ProblemError,
  siteTable,
  type UserId,
} from '@totem/domain';
import { jwtVerify } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../clock/clock.ts';
import type { Device } from '../../device.ts';
import { publicKeyOf } from '../../identity/device-key.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { ReadHandle } from '../../store/connection.ts';
import { rowByKey } from '../../store/rows.ts';
import { readSetting } from '../../store/settings.ts';
import type { Store } from '../../store/store.ts';
import { personById, personByUsername, type SitePerson } from '../people.ts';
import { hubRole } from '../role.ts';
import { createPinHashes } from './pin-hash.ts';
import type { HubPrincipal, HubTokens } from './tokens.ts';

export const PIN_TRIES_MAX = 5;
/** A shift. */
const TOKEN_SECONDS = 8 * 3_600;
const GRANT_TYPE = 'hub-grant+jwt';
const GRANT_AUDIENCE = 'totem-hub';

const pin = z.string().regex(/^[0-9]{6,12}$/);
/** Without a PIN the grant takes the place of the one before, for the PIN that was chosen then. */
export const pinSchema = z.strictObject({ grant: z.string().min(1).max(4_096), pin: pin.optional() });
export const loginSchema = z.strictObject({ username: z.string().min(1).max(120), pin: z.string().max(64) });

const claimsSchema = z.object({
  sub: idSchema<'user'>(),
  tenant: idSchema<'tenant'>(),
  site: idSchema<'site'>(),
  exp: z.int(),
});

export interface HubSession {
  readonly accessToken: string;
  readonly expiresAt: string;
  readonly tenantId: string;
  readonly user: { readonly id: string; readonly fullName: string; readonly role: string };
  readonly sites: readonly { readonly id: string; readonly name: string }[];
}

export interface HubPins {
  /**
   * Binds a grant of the caller's own to a PIN, or to the PIN that is here already.
   * @throws ProblemError `forbidden`, `unauthorized`, `password_common`; `not_found` without any PIN.
   */
  choose(principal: HubPrincipal, grant: string, pin?: string): Promise<void>;
  /** Until when the caller's PIN lets them in; null without one. @throws ProblemError `forbidden` */
  until(principal: HubPrincipal): Promise<string | null>;
  /** @throws ProblemError `hub_pin_wrong`, `hub_pin_locked`. */
  signIn(username: string, pin: string): Promise<HubSession>;
}

interface KeptGrant {
  readonly grant: string;
  readonly pinHash: string;
  readonly tries: number;
}

export function createHubPins(parts: {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly device: Device;
  readonly tokens: HubTokens;
}): HubPins {
  const { store, ledger, clock, device, tokens } = parts;
  const hashes = createPinHashes(clock.env);

  /** Whose grant it is, and until when, while it holds. @throws ProblemError `unauthorized` */
  const read = async (grant: string): Promise<{ readonly holder: UserId; readonly expiresAt: string }> => {
    try {
      const tokenKey = store.read((db) => readSetting(db, 'hub_directory'))?.tokenKey;
      if (tokenKey === undefined) throw new RangeError('the key of the cloud is not known yet');
      const { payload } = await jwtVerify(grant, publicKeyOf({ kty: 'OKP', crv: 'Ed25519', x: tokenKey }), {
        algorithms: ['EdDSA'],
        typ: GRANT_TYPE,
        issuer: 'totem-cloud',
        audience: GRANT_AUDIENCE,
        requiredClaims: ['sub', 'exp', 'iat', 'jti'],
        currentDate: new Date(clock.env.now()),
      });
      const { sub, tenant, site, exp } = claimsSchema.parse(payload);
      if (tenant !== device.tenantId || site !== device.siteId) throw new RangeError('of another site');
      return { holder: sub, expiresAt: instantText(exp * 1_000) };
    } catch (cause) {
      throw new ProblemError('unauthorized', { cause });
    }
  };
  const holderOf = async (grant: string): Promise<UserId> => (await read(grant)).holder;
  const record = (
    action: EntryDraft['action'],
    userId: UserId,
    data: EntryDraft['data'] = {},
  ): EntryDraft => ({
    siteId: device.siteId,
    userId,
    action,
    entity: 'user',
    entityId: userId,
    data: { ...data, hubTerm: store.read((db) => hubRole(db, device)?.term ?? 0) },
  });
  /** Counts a try before it is looked at. */
  const countTry = (userId: UserId): KeptGrant => {
    const kept = store.write((db) => {
      db.run(
        'UPDATE hub_grant SET tries = tries + 1 WHERE user_id = ? AND tries <= ?',
        userId,
        PIN_TRIES_MAX,
      );
      return grantOf(db, userId);
    });
    if (kept === undefined) throw new ProblemError('hub_pin_wrong');
    if (kept.tries > PIN_TRIES_MAX) throw new ProblemError('hub_pin_locked');
    return kept;
  };
  const admit = async (person: SitePerson): Promise<HubSession> => {
    const { userId, role, siteIds, serviceIds, fullName } = person;
    const { tenantId, siteId } = device;
    const principal: PrincipalOf<'user'> = {
      kind: 'user',
      tenantId,
      userId,
      sessionId: newId<'session'>(clock.env),
      role,
      siteIds,
      serviceIds,
    };
    const site = store.read((db) => rowByKey(db, siteTable, tenantId, siteId));
    return {
      accessToken: await tokens.mint(principal, TOKEN_SECONDS),
      expiresAt: instantText(clock.env.now() + TOKEN_SECONDS * 1_000),
      tenantId,
      user: { id: userId, fullName, role },
      sites: [{ id: siteId, name: site?.name ?? '' }],
    };
  };
  return {
    choose: async (principal, grant, chosen) => {
      const userId = whoServes(principal);
      if ((await holderOf(grant)) !== userId) throw new ProblemError('unauthorized');
      if (chosen !== undefined && isGuessed(chosen)) throw new ProblemError('password_common');
      const pinHash =
        chosen === undefined ? store.read((db) => grantOf(db, userId))?.pinHash : await hashes.hash(chosen);
      if (pinHash === undefined) throw new ProblemError('not_found');
      ledger.commit(({ db, append }) => {
        db.run(
          'INSERT INTO hub_grant (user_id, signed_grant, pin_hash, tries, kept_at) VALUES (?, ?, ?, 0, ?) ' +
            'ON CONFLICT (user_id) DO UPDATE SET signed_grant = excluded.signed_grant, ' +
            'pin_hash = excluded.pin_hash, tries = 0, kept_at = excluded.kept_at',
          userId,
          grant,
          pinHash,
          instantText(clock.env.now()),
        );
        append([record('HUB_PIN_SET', userId, { renewed: chosen === undefined })]);
      });
    },
    until: async (principal) => {
      const userId = whoServes(principal);
      const kept = store.read((db) => grantOf(db, userId));
      if (kept === undefined || kept.tries > PIN_TRIES_MAX) return null;
      const held = await read(kept.grant).catch(() => undefined);
      return held?.holder === userId ? held.expiresAt : null;
    },
    signIn: async (username, typed) => {
      const person = store.read((db) => personByUsername(db, username.trim().normalize('NFC').toLowerCase()));
      if (person === undefined) {
        // As long as for somebody who is there.
        await hashes.verify(undefined, typed);
        throw new ProblemError('hub_pin_wrong');
      }
      const { userId } = person;
      const kept = countTry(userId);
      const isRight = await hashes.verify(kept.pinHash, typed);
      if (!isRight) {
        ledger.commit(({ append }) => append([record('HUB_LOGIN_FAILED', userId, { tries: kept.tries })]));
        throw new ProblemError('hub_pin_wrong');
      }
      // After two weeks the PIN alone says nothing any more.
      if ((await holderOf(kept.grant)) !== userId) throw new ProblemError('unauthorized');
      const still = store.read((db) => personById(db, userId));
      if (still === undefined) throw new ProblemError('hub_pin_wrong');
      ledger.commit(({ db, append }) => {
        db.run('UPDATE hub_grant SET tries = 0 WHERE user_id = ?', userId);
        append([record('HUB_LOGIN', userId)]);
      });
      return admit(still);
    },
  };
}

/** @throws ProblemError `forbidden` */
function whoServes(principal: HubPrincipal): UserId {
  if (principal.kind !== 'user' || !may(principal, 'queue.serve')) throw new ProblemError('forbidden');
  return principal.userId;
}

function grantOf(db: ReadHandle, userId: UserId): KeptGrant | undefined {
  const row = db.one('SELECT signed_grant, pin_hash, tries FROM hub_grant WHERE user_id = ?', userId);
  return row && { grant: String(row.signed_grant), pinHash: String(row.pin_hash), tries: Number(row.tries) };
}

/** One digit again and again, or digits in a row: what is tried first. */
function isGuessed(text: string): boolean {
  const steps = [...text].slice(1).map((digit, index) => (Number(digit) - Number(text[index]) + 10) % 10);
  const [first] = steps;
  return (first === 0 || first === 1 || first === 9) && steps.every((step) => step === first);
}
