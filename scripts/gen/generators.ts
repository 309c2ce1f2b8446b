/** Every generator; a file of docs/generated that none of them makes counts as stale. */
import { erPage } from './er-page.ts';
import { erPicture } from './er-picture.ts';
import { errorsPage } from './errors-page.ts';
import type { Generator } from './generator.ts';
import { ledgerActions } from './ledger-actions.ts';
import { openApi } from './openapi.ts';
import { permissionsPage } from './permissions-page.ts';
import { plantedDefects } from './planted-defects.ts';

export const GENERATORS: readonly Generator[] = [
  openApi,
  ledgerActions,
  errorsPage,
  permissionsPage,
  erPage,
  erPicture,
  plantedDefects,
];
