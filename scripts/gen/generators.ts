/** Every generator; a file of docs/generated that none of them makes counts as stale. */
import type { Generator } from './generator.ts';
import { ledgerActions } from './ledger-actions.ts';
import { openApi } from './openapi.ts';

export const GENERATORS: readonly Generator[] = [openApi, ledgerActions];
