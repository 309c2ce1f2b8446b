/** What a job is made of, in the words of one dialect: each command as the bytes that go out. */
import type { PrinterProfile } from '../profile.ts';
import { daruma } from './daruma.ts';
import { type Dictionary, dictionaryOf } from './dictionary.ts';
import { escPos } from './escpos.ts';
import type { OwnCommands } from './own-commands.ts';
import { star } from './star.ts';

export type CommandSet = Dictionary & OwnCommands;

export function commandsOf(profile: PrinterProfile): CommandSet {
  return { ...dictionaryOf(profile.dialect), ...ownCommandsOf(profile) };
}

function ownCommandsOf(profile: PrinterProfile): OwnCommands {
  switch (profile.dialect) {
    case 'escpos':
      return escPos(profile);
    case 'star':
      return star(profile);
    case 'daruma':
      return daruma(profile);
    default:
      return profile.dialect satisfies never;
  }
}
