/**
 * `node scripts/voice.ts [kiosk|display]`: the recordings of the kiosk's guide and of the display's calls, spoken by espeak-ng and
 * packed with opusenc (Debian: `apt-get install espeak-ng opus-tools`). They are kept in the repository, so that only who changes a phrase needs either.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LOCALES, type Locale } from '@totem/domain';
import { callPhrasesOf } from './voice/call-phrases.ts';
import { type Phrases, phrasesOf } from './voice/phrases.ts';

const APPS = join(import.meta.dirname, '..', 'apps');
/** Who speaks, and what. */
const SPEAKERS = { kiosk: phrasesOf, display: callPhrasesOf } as const;
const asked = process.argv.slice(2);
const VOICES: Readonly<Record<Locale, string>> = { 'pt-BR': 'pt-br', en: 'en-us', es: 'es-419' };
/** Words in a minute: slower than people talk, because it is noisy where this is heard. */
const SPEED = '145';
/** Speech in one channel needs no more; the whole guide in three languages stays under a megabyte. */
const KBIT_PER_SECOND = '20';

for (const [app, phrases] of Object.entries(SPEAKERS))
  if (asked.length === 0 || asked.includes(app))
    for (const locale of LOCALES) record(app, locale, phrases(locale));

function record(app: string, locale: Locale, phrases: Phrases): void {
  const folder = join(APPS, app, 'public', 'voice', locale.toLowerCase());
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, phrase] of Object.entries(phrases)) {
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
  process.stdout.write(`${app} ${locale}\n`);
}

/** Runs a program to its end. @throws Error with what it said when it fails, or is not there. */
function run(program: string, args: readonly string[], input: Buffer = Buffer.alloc(0)): Buffer {
  const { error, status, stdout, stderr } = spawnSync(program, args, { input });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program}: ${stderr.toString()}`);
  return stdout;
}
