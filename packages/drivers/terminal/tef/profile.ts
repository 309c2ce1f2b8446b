/** What differs between payment managers that speak by files: folders, and how the kind of card is asked for. */
import type { Charge } from '../../payment/port.ts';

export interface TefProfile {
  readonly name: 'tef' | 'tef_paygo' | 'tef_multiplus';
  readonly requestDir: string;
  readonly responseDir: string;
  /** Fields that a sale has besides those of all managers. */
  readonly saleFields: (charge: Charge) => readonly (readonly [string, string])[];
}

type Folders = Pick<TefProfile, 'requestDir' | 'responseDir'>;

/** "TEF discado" as all managers understand it. */
export function genericProfile(folders: Folders): TefProfile {
  return { name: 'tef', ...folders, saleFields: () => [] };
}

/** Capabilities that the host has: a fixed value (4), copies apart (8), short receipts (16), numbers of 40 characters (128). */
const PAYGO_CAPABILITIES = String(4 + 8 + 16 + 128);

export function payGoProfile(folders: Folders, certification: string): TefProfile {
  return {
    name: 'tef_paygo',
    ...folders,
    saleFields: ({ cardKind }) => [
      ['706-000', PAYGO_CAPABILITIES],
      ['731-000', cardKind === 'credit' ? '1' : cardKind === 'debit' ? '2' : '0'],
      ['732-000', cardKind === undefined ? '0' : '1'],
      ['733-000', '225'],
      ['735-000', 'TOTEM'],
      ['736-000', '1.0'],
      ['738-000', certification],
    ],
  };
}

export function multiplusProfile(folders: Folders, companyCnpj: string): TefProfile {
  return {
    name: 'tef_multiplus',
    ...folders,
    saleFields: ({ cardKind }) => [
      ...(cardKind === undefined ? [] : [['800-001', cardKind === 'credit' ? '0' : '1'] as const]),
      ['800-002', '0'],
      ['800-005', companyCnpj],
      ['800-006', '1'],
    ],
  };
}
