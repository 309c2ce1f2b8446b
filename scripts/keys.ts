/**
 * `npm run keys`: secrets of a new installation, as lines of a `.env` file for deploy/cloud/compose.yaml. Each run makes others:
 * they are written down once, and kept where neither the database nor its backups are.
 */
import { newDataKeys, newSigningKey } from '@totem/cloud';
import { newBackupKeys } from '@totem/cloud/backup';
import { systemEnv } from '@totem/host';

const PASSWORD_BYTES = 24;
const password = () => systemEnv.randomBytes(PASSWORD_BYTES).toHex();

const lines: Readonly<Record<string, string>> = {
  POSTGRES_PASSWORD: password(),
  OWNER_PASSWORD: password(),
  API_PASSWORD: password(),
  TAILER_PASSWORD: password(),
  BACKUP_PASSWORD: password(),
  SIGNING_KEY: JSON.stringify(newSigningKey()),
  DATA_KEYS: JSON.stringify(newDataKeys(systemEnv)),
  BACKUP_KEYS: JSON.stringify(newBackupKeys(systemEnv)),
};
for (const [name, value] of Object.entries(lines)) console.log(`${name}='${value}'`);
