/** Keys are changed while old texts are still read: what is new is sealed with the new key, and names stay what they were. */
import { systemEnv } from '@totem/host';
import { describe, expect, it } from 'vitest';
import { createVault, newDataKeys } from './vault.ts';

const key = () => Buffer.from(systemEnv.randomBytes(32)).toString('base64url');
const nameIn = (sealed: Uint8Array) =>
  Buffer.from(sealed)
    .subarray(1, 1 + (sealed[0] ?? 0))
    .toString();

describe('the vault', () => {
  it.each([
    ['k1', 'k2'],
    // An object has such names in the order of their numbers, wherever they were written.
    ['1', '2'],
    ['9', '10'],
    ['1', 'k2'],
  ])(
    'after %s was followed by %s, seals with the new one, opens what the old one sealed, and names things as before',
    (old, fresh) => {
      const [oldKey, newKey] = [key(), key()];
      const before = createVault({ [old]: oldKey }, systemEnv);
      const after = createVault({ [fresh]: newKey, [old]: oldKey }, systemEnv);
      const sealed = before.seal('row 1', 'segredo');
      expect(after.open('row 1', sealed)).toBe('segredo');
      expect(nameIn(after.seal('row 1', 'segredo'))).toBe(fresh);
      expect(() => before.open('row 1', after.seal('row 1', 'segredo'))).toThrow('not known here');
      expect(after.hash('recovery', 'code')).toBe(before.hash('recovery', 'code'));
    },
  );

  it('opens nothing that was altered or moved', () => {
    const vault = createVault(newDataKeys(systemEnv), systemEnv);
    const sealed = vault.seal('row 1', 'segredo');
    expect(() => vault.open('row 2', sealed)).toThrow();
    for (let at = 0; at < sealed.length; at += 1) {
      const bent = Uint8Array.from(sealed, (byte, index) => (index === at ? byte ^ 1 : byte));
      expect(() => vault.open('row 1', bent)).toThrow();
    }
  });
});
