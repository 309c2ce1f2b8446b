/** Pictures have the names that the catalogue gives them. */
import { BRAZILIAN_PRIORITY_CLASSES } from '@totem/domain';
import { expect, it } from 'vitest';
import { SERVICE_ICON_NAMES } from './service-icon.tsx';

it.each(BRAZILIAN_PRIORITY_CLASSES)('$key has the picture $icon', ({ icon }) => {
  expect(SERVICE_ICON_NAMES).toContain(icon);
});
