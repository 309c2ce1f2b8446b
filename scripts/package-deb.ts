/**
 * `npm run package:deb [-- --out FOLDER] [--version V] [--fast]`: the Debian package of the appliance, for this machine's
 * architecture. `--fast` does not compress it.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './package/agent-bundle.ts';
import { debName, layDebTree } from './package/deb-tree.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    version: { type: 'string' },
    fast: { type: 'boolean', default: false },
  },
});
const { version: own } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const { out = join(ROOT, 'dist'), version = own, fast } = values;
if (process.platform !== 'linux' || (process.arch !== 'x64' && process.arch !== 'arm64'))
  throw new Error(
    'an appliance is packaged on Linux, on x64 or arm64: Node and the drivers are those of this machine',
  );
const { arch: architecture } = process;
const tree = mkdtempSync(join(tmpdir(), 'totem-deb-'));
try {
  await layDebTree({ tree, version, architecture });
  mkdirSync(out, { recursive: true });
  const file = join(out, debName({ version, architecture }));
  // Root owns everything on the appliance, whoever builds here.
  execFileSync('dpkg-deb', ['--root-owner-group', `-Z${fast ? 'none' : 'xz'}`, '--build', tree, file], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  console.log(file);
} finally {
  rmSync(tree, { recursive: true, force: true });
}
