/** Every language has every recording, and a code is read as it is written. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { LOCALES } from '@totem/domain';
import { describe, expect, it } from 'vitest';
import { PAGE_CLIPS, SIGN_CLIPS, spelled } from './clips.ts';

const FOLDER = join(import.meta.dirname, '..', 'public', 'voice');

describe('the recordings', () => {
  it.each(LOCALES)('are all there in %s, and no others', (locale) => {
    const names = readdirSync(join(FOLDER, locale.toLowerCase())).map((file) => file.replace(/\.ogg$/, ''));
    expect(names.toSorted()).toEqual([...PAGE_CLIPS, ...SIGN_CLIPS].toSorted());
  });
});

it.each([
  ['A012', ['a', '0', '1', '2']],
  ['A2-014', ['a', '2', '0', '1', '4']],
  ['CW-7', ['c', 'w', '7']],
])('%s is read sign by sign', (code, signs) => {
  expect(spelled(code)).toEqual(signs);
});
