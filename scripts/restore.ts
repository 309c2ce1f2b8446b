/** `npm run restore`: lists backups, rehearses one, or restores it; see `scripts/backup/options.ts`. */
import { restoreCommand } from './backup/run.ts';

process.exitCode = await restoreCommand(process.argv.slice(2), {
  environment: process.env,
  say: (line) => console.log(line),
  complain: (line) => console.error(line),
});
