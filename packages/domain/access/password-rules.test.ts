/** Passwords: what everybody tries first is refused in any disguise, and what people think up is not. */
import { describe, expect, test } from 'vitest';
import { passwordFault, passwordText } from './password-rules.ts';

const CONTEXT = ['ana.souza', 'Ana Paula Souza', 'Clínica Boa Vista'];

describe('a password', () => {
  test.each(['', 'curta', 'onze-letras', 'ãõéíóúâêôçà'])(
    'of fewer than twelve characters is refused: %j',
    (typed) => {
      expect(passwordFault(typed, CONTEXT)).toBe('password_too_short');
    },
  );

  test.each([
    'password1234',
    'Password1234!',
    'P@ssw0rd2026',
    'Senha@123456',
    'S3nh4-2026-!!',
    'senhasenhasenha',
    '123456789012',
    '987654321098',
    'qwertyuiop12',
    '1qaz2wsx3edc',
    'aaaaaaaaaaaa',
    'abababababab',
    'flamengo2026!!',
    'teamomucho12',
    'adminadmin123',
    'ana.souza2026',
    'AnaPaulaSouza1',
    'clínicaboavista',
    'abcdefghijklm',
    'jesusteama123',
    'TotemTotem2026',
    'brasilbrasil1',
    '            ',
  ])('that is tried first is refused: %j', (typed) => {
    expect(passwordFault(typed, CONTEXT)).toBe('password_common');
  });

  test.each([
    'correct horse battery staple',
    'cavalo verde anda de lado',
    'kX9#mQ2$vLp4',
    'trovão-lápis-9-mesa',
    'o gato subiu no telhado azul',
    '密码学真的很有意思对不对啊吗',
    `${'long and winding '.repeat(14)}road`,
  ])('of somebody’s own is taken, with no rule of composition: %j', (typed) => {
    expect(passwordFault(typed, CONTEXT)).toBeUndefined();
  });

  test('is the same from any keyboard', () => {
    expect(passwordText('coração')).toBe(passwordText('corac\u0327a\u0303o'));
  });
});
