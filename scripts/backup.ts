/** `npm run backup`: one backup that was restored and compared, or the list of erasures; see `scripts/backup/options.ts`. */
import { backupCommand } from './backup/run.ts';

process.exitCode = await backupCommand(process.argv.slice(2), {
  environment: process.env,
  say: (line) => console.log(line),
  complain: (line) => console.error(line),
});
