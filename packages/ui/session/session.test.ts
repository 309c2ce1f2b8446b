/** Sessions: what a login gave and a reload finds again, and nothing else. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atSite, keepSession, keptSession, parseSession, type TabStorage } from './session.ts';

function tab(): TabStorage {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

const ANSWER = {
  accessToken: 'token',
  expiresAt: '2026-11-23T20:00:00.000Z',
  user: { id: 'u', fullName: 'Ana Souza', role: 'operator' },
  tenantId: 't',
  sites: [{ id: 's1', name: 'Centro' }],
};
const TWO_SITES = { ...ANSWER, sites: [...ANSWER.sites, { id: 's2', name: 'Norte' }] };
const BEFORE = Date.parse('2026-11-23T19:00:00.000Z');
const AFTER = Date.parse('2026-11-23T20:00:00.000Z');

describe('a session', () => {
  it('at one site is at work there; of several sites one is chosen', () => {
    expect(parseSession(ANSWER)?.siteId).toBe('s1');
    const session = parseSession(TWO_SITES);
    expect(session?.siteId).toBeUndefined();
    if (session === undefined) throw new Error('not a session');
    expect(atSite(session, 's2').siteId).toBe('s2');
    expect(atSite(atSite(session, 's2'), undefined)).toEqual(session);
  });

  it('survives a reload of its tab until its last token ends, or it is forgotten', () => {
    const storage = tab();
    const session = parseSession(TWO_SITES);
    if (session === undefined) throw new Error('not a session');
    keepSession(storage, 'here', atSite(session, 's2'));
    expect(keptSession(storage, 'here', BEFORE)).toEqual(atSite(session, 's2'));
    expect(keptSession(storage, 'here', AFTER)).toBeUndefined();
    const renewable = { ...session, refreshToken: 'next' };
    keepSession(storage, 'here', renewable);
    expect(keptSession(storage, 'here', AFTER)).toEqual(renewable);
    keepSession(storage, 'here', undefined);
    expect(keptSession(storage, 'here', BEFORE)).toBeUndefined();
  });

  it('is not made of anything that lacks a part, nor of any other value', () => {
    for (const part of ['accessToken', 'expiresAt', 'user', 'tenantId', 'sites']) {
      expect(parseSession({ ...ANSWER, [part]: undefined })).toBeUndefined();
    }
    fc.assert(fc.property(fc.anything(), (value) => parseSession(value) === undefined));
    const storage = { ...tab(), getItem: () => '{broken' };
    expect(keptSession(storage, 'here', BEFORE)).toBeUndefined();
  });
});
