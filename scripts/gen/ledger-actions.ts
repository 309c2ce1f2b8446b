/** The table of what the ledger records: each action with its meaning, who may write it, what it is about, and its data. */
import {
  ACTION_DATA,
  ACTION_MEANINGS,
  CLOUD_ACTIONS,
  DEVICE_ACTIONS,
  entitiesOf,
  isRecorded,
  LEDGER_ACTIONS,
  type LedgerAction,
} from '@totem/domain';
import { z } from 'zod';
import type { Generator } from './generator.ts';

const HEAD = `# Actions of the ledger

Each entry of the ledger says one of these actions about one entity. *Folded* actions change the row of their entity; the
others are recorded only. **Critical** ones say who came in or was kept out, what was changed by hand, given away or taken
back: a test does each of them and finds its entry. A field of the data with a question mark may be missing; actions without
fields say what they say in fields of their writer's choice, such as \`before\` and \`after\` of what was configured.

| action | what it says | critical | written by | about | data |
|---|---|---|---|---|---|
`;

export const ledgerActions: Generator = {
  path: 'docs/generated/ledger-actions.md',
  make: async () => `${HEAD}${LEDGER_ACTIONS.map(rowOf).join('\n')}\n`,
};

function rowOf(action: LedgerAction): string {
  const { means, critical } = ACTION_MEANINGS[action];
  const cells = [
    `\`${action}\``,
    means,
    critical ? '**yes**' : '',
    writersOf(action),
    entitiesOf(action).join(', ') + (isRecorded(action) ? '' : ', folded'),
    fieldsOf(action),
  ];
  return `| ${cells.join(' | ')} |`;
}

function writersOf(action: LedgerAction): string {
  const isOneOf = (actions: readonly LedgerAction[]) => actions.includes(action);
  if (action === 'TICKET_OVERRIDE' || isOneOf(CLOUD_ACTIONS)) return 'cloud';
  if (action === 'RECOVERED') return 'totem';
  return isOneOf(DEVICE_ACTIONS) && action !== 'ORIGIN_OPENED' ? 'totem' : 'cloud, totem';
}

function fieldsOf(action: LedgerAction): string {
  const schema = z.toJSONSchema(ACTION_DATA[action], { unrepresentable: 'any' });
  const required: readonly string[] = schema.required ?? [];
  return Object.keys(schema.properties ?? {})
    .map((name) => `\`${name}\`${required.includes(name) ? '' : '?'}`)
    .join(', ');
}
