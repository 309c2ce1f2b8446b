/** The schema in words: every table with its columns, keys, references, indexes and rights, beside the picture. */
import { shortType, tablesByArea, targetOf } from './er-areas.ts';
import type { Generator } from './generator.ts';
import { type LiveTable, liveSchema } from './live-schema.ts';

export const erPage: Generator = {
  path: 'docs/generated/er.md',
  make: async () => {
    const parts = tablesByArea(await liveSchema());
    const count = parts.reduce((sum, { tables }) => sum + tables.length, 0);
    return `${[
      '# The schema of the cloud',
      `Made from a migrated PostgreSQL by \`npm run gen\`: ${count} tables. As a picture: [er.svg](er.svg).`,
      'Keys and references begin with the tenant: the database refuses a row that refers to another tenant’s. A table is ' +
        '*fenced* when row-level security holds for every role, its owner included. A column is required unless it says *null*.',
      ...parts.flatMap(({ area, tables }) => [`## ${area.title}`, area.about, ...tables.map(tableText)]),
    ].join('\n\n')}\n`;
  },
};

function tableText(table: LiveTable): string {
  const { name, columns, key, indexes, isFenced, isPartitioned, grants } = table;
  const traits = [
    `key (${key.join(', ')})`,
    isFenced ? 'fenced' : 'not fenced',
    ...(isPartitioned ? ['partitioned by month of receipt'] : []),
  ];
  return [
    `### ${name}`,
    `${traits.join('; ')}.`,
    [
      '| column | type | refers to | default |',
      '|---|---|---|---|',
      ...columns.map((column) => {
        const cells = [
          `\`${column.name}\``,
          `${shortType(column.type)}${column.notNull ? '' : ', *null*'}`,
          column.name === 'tenant_id' ? 'tenant' : (targetOf(table, column.name) ?? ''),
          column.default === null ? '' : `\`${column.default.replaceAll('|', '\\|')}\``,
        ];
        return `| ${cells.join(' | ')} |`;
      }),
    ].join('\n'),
    ...(indexes.length === 0 ? [] : [indexes.map(indexText).join('\n')]),
    ...(grants.length === 0 ? [] : [`May: ${grants.map((grant) => `\`${grant}\``).join('; ')}.`]),
  ].join('\n\n');
}

function indexText({ name, isUnique, on }: LiveTable['indexes'][number]): string {
  return `- ${isUnique ? 'unique ' : ''}\`${name}\`: \`${on.replace(/^btree /, '')}\``;
}
