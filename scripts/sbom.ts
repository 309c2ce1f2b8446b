/**
 * `npm run sbom [-- FILE]`: what is shipped, with versions and licences, as CycloneDX: npm's own list of the installed packages
 * without those for development, to the terminal or into a file.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LIST_BYTES_MAX = 64 * 1024 * 1024;

const list = execFileSync(
  'npm',
  ['sbom', '--sbom-format=cyclonedx', '--omit=dev', '--sbom-type=application'],
  {
    cwd: join(import.meta.dirname, '..'),
    encoding: 'utf8',
    maxBuffer: LIST_BYTES_MAX,
    shell: process.platform === 'win32',
  },
);
const [file] = process.argv.slice(2);
if (file === undefined) process.stdout.write(list);
else writeFileSync(file, list);
