/**
 * `npm run audit:verify`: whether the ledgers of a database are what was written. A line for each tenant and each origin, a
 * line for each fault; the exit code is 1 when there is one, and 2 when it could not be asked.
 */
import { join } from 'node:path';
import { auditVerify } from './audit/run.ts';

process.exitCode = await auditVerify(process.argv.slice(2), {
  environment: process.env,
  demoDir: process.env.TOTEM_DEMO_DIR ?? join(import.meta.dirname, '..', '.data', 'demo'),
  say: (line) => console.log(line),
  complain: (line) => console.error(line),
});
