/** Configuration as it comes from units and compose files. */
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ConfigError, parseConfig } from './config.ts';

const schema = z.object({
  URL: z.url().optional(),
  PORT: z.coerce.number().default(8080),
  NAME: z.string().min(3),
});

test('an empty variable is one that was not given', () => {
  expect(parseConfig(schema, { URL: '', PORT: '', NAME: 'totem' })).toEqual({ PORT: 8080, NAME: 'totem' });
});

test('a wrong value is named and never printed', () => {
  expect(() => parseConfig(schema, { URL: 'secret-word', NAME: '' })).toThrow(ConfigError);
  expect(() => parseConfig(schema, { URL: 'secret-word', NAME: '' })).toThrow(
    /^wrong configuration: URL: .*; NAME: /,
  );
  expect(() => parseConfig(schema, { URL: 'secret-word', NAME: '' })).not.toThrow(/secret-word/);
});
