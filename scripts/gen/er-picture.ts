/**
 * The schema as a picture, laid out by Graphviz. Every table refers to its tenant and most to a site: those references stand in
 * the rows, and only the others are drawn, or the lines would hide what they join.
 */
import { instance } from '@viz-js/viz';
import { type Area, shortType, tablesByArea, targetOf } from './er-areas.ts';
import type { Generator } from './generator.ts';
import { type LiveTable, liveSchema } from './live-schema.ts';

const IN_ROWS_ONLY = ['tenant', 'site'];
/** Graphviz knows how wide Arial is. What takes its place on a machine may be wider, so it is drawn a little smaller than measured. */
const FONT = 'Arial';
const FONTS = "Arial, 'Liberation Sans', Helvetica, 'Noto Sans', sans-serif";
const MEASURED_SIZE = 12;
const DRAWN_SIZE = 10.5;

export const erPicture: Generator = {
  path: 'docs/generated/er.svg',
  make: async () => pictureOf(await liveSchema()),
};

/** The picture of some tables, as SVG. */
export async function pictureOf(tables: readonly LiveTable[]): Promise<string> {
  const viz = await instance();
  const svg = viz.renderString(graphOf(tables), { format: 'svg', engine: 'osage' });
  // The version of Graphviz in a comment says nothing to a reader.
  const drawn = svg
    .replace(/<!--[\s\S]*?-->\n?/g, '')
    .replaceAll(`font-size="${MEASURED_SIZE}.00"`, `font-size="${DRAWN_SIZE}"`)
    .replaceAll(`font-family="${FONT}"`, `font-family="${FONTS}"`);
  return `${drawn.trim()}\n`;
}

function graphOf(tables: readonly LiveTable[]): string {
  const clusters = tablesByArea(tables).map(({ area, tables: own }, index) =>
    [
      `subgraph cluster_${index} {`,
      `label=<<b>${asText(area.title)}</b>>; fontsize=20; labeljust=l; color="#bbbbbb"; style=rounded; margin=18;`,
      ...own.map((table) => node(table, area)),
      '}',
    ].join('\n'),
  );
  return [
    'digraph schema {',
    `graph [packmode="array_ut4", pack=28, sortv=1, pad=0.4, bgcolor=white, fontname="${FONT}", splines=true]`,
    `node [shape=plain, fontname="${FONT}", fontsize=${MEASURED_SIZE}]`,
    'edge [color="#555555", arrowsize=0.7, penwidth=1.2]',
    ...clusters,
    ...tables.flatMap(edges),
    '}',
  ].join('\n');
}

function node(table: LiveTable, area: Area): string {
  const rows = table.columns
    .filter(({ name }) => name !== 'tenant_id' || table.name === 'tenant')
    .map((column) => {
      const isKey = table.key.includes(column.name);
      const name = isKey ? `<b>${column.name}</b>` : column.name;
      const target = targetOf(table, column.name);
      const right = target === undefined ? shortType(column.type) : `→ ${target}`;
      const type = `${right}${column.notNull ? '' : ' ?'}`;
      return (
        `<tr><td align="left" port="${column.name}">${name}</td>` +
        `<td align="left"><font color="#555555">${type}</font></td></tr>`
      );
    });
  return (
    `${table.name} [label=<<table border="1" color="#888888" cellborder="0" cellspacing="0" cellpadding="3" bgcolor="white">` +
    `<tr><td colspan="2" bgcolor="${area.colour}"><b>${table.name}</b></td></tr>${rows.join('')}</table>>]`
  );
}

/** From the table that is referred to, so that it stands left of those that hang on it. */
function edges(table: LiveTable): string[] {
  return table.references
    .filter((reference) => !IN_ROWS_ONLY.includes(reference.table))
    .map(({ columns, table: target }) => {
      const column = columns.find((name) => name !== 'tenant_id') ?? 'tenant_id';
      const head = target === table.name ? ', constraint=false' : '';
      return `${target} -> ${table.name}:${column} [dir=back${head}]`;
    });
}

function asText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
