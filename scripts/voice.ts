/**
 * `node scripts/voice.ts`: the recordings of the kiosk's guide, spoken by espeak-ng and packed with opusenc (Debian:
 * `apt-get install espeak-ng opus-tools`). They are kept in the repository, so that only who changes a phrase needs either.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LOCALES, type Locale } from '@totem/domain';
import { phrasesOf } from './voice/phrases.ts';

const FOLDER = join(import.meta.dirname, '..', 'apps', 'kiosk', 'public', 'voice');
const VOICES: Readonly<Record<Locale, string>> = { 'pt-BR': 'pt-br', en: 'en-us', es: 'es-419' };
/** Words in a minute: slower than people talk, because it is noisy where this is heard. */
const SPEED = '145';
/** Speech in one channel needs no more; the whole guide in three languages stays under a megabyte. */
const KBIT_PER_SECOND = '20';

for (const locale of LOCALES) {
  const folder = join(FOLDER, locale.toLowerCase());
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, phrase] of Object.entries(phrasesOf(locale))) {
    const wave = run('espeak-ng', ['-v', VOICES[locale], '-s', SPEED, '-g', '2', '--stdout', phrase]);
    // No comments and a fixed serial number: the same phrase gives the same file.
    const packing = [
      '--quiet',
      '--bitrate',
      KBIT_PER_SECOND,
      '--speech',
      '--serial',
      '1',
      '--discard-comments',
    ];
    run('opusenc', [...packing, '-', join(folder, `${name}.ogg`)], wave);
  }
  process.stdout.write(`${locale}\n`);
}

/** Runs a program to its end. @throws Error with what it said when it fails, or is not there. */
function run(program: string, args: readonly string[], input: Buffer = Buffer.alloc(0)): Buffer {
  const { error, status, stdout, stderr } = spawnSync(program, args, { input });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program}: ${stderr.toString()}`);
  return stdout;
}
