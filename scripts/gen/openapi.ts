/** The OpenAPI document, as the cloud serves it. */
import { openApiDocument } from '@totem/cloud';
import type { Generator } from './generator.ts';

export const openApi: Generator = {
  path: 'docs/generated/openapi.json',
  make: async () => `${JSON.stringify(openApiDocument(), null, 2)}\n`,
};
