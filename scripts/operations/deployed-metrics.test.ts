/**
 * Alerts and the dashboard, read by Prometheus's own grammar: every expression parses, every metric in it is one that the
 * product counts, with labels that it has, and every alert leads to a page that exists.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { createCloud, newDataKeys, newSigningKey } from '@totem/cloud';
import { backupGauges } from '@totem/cloud/backup';
import {
  countProcess,
  createLog,
  createRegistry,
  type MetricSpec,
  metricSpecs,
  systemEnv,
  systemTimers,
} from '@totem/host';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}
const { groups } = parse(read('deploy/prometheus/rules.yaml')) as {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly targets?: readonly { readonly expr: string }[];
}
const dashboard = JSON.parse(read('deploy/grafana/totem.json')) as { readonly panels: readonly Panel[] };

/** Labels that Prometheus adds itself. */
const ADDED = ['instance', 'job', 'le', 'quantile'];
/** Prometheus's own about what it scrapes. */
const OF_SCRAPES = new Map([['up', ['job', 'instance']]]);
const specs = new Map<string, readonly string[]>(OF_SCRAPES);

beforeAll(async () => {
  const nowhere = 'postgres://nobody@127.0.0.1:1/nothing';
  const cloud = createCloud({
    databaseUrls: { api: nowhere, tailer: nowhere },
    signingKey: newSigningKey(),
    dataKeys: newDataKeys(systemEnv),
    env: systemEnv,
    timers: systemTimers,
    log: createLog('test', { level: 'silent' }),
    publicUrl: 'http://127.0.0.1',
    jobsComeRound: false,
  });
  countProcess(cloud.registry);
  const backup = createRegistry();
  backupGauges(backup);
  for (const spec of [...metricSpecs(cloud.registry), ...metricSpecs(backup)])
    for (const name of namesOf(spec)) specs.set(name, spec.labels);
  await cloud.close();
});

function namesOf({ name, type }: MetricSpec): string[] {
  return type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
}

/** What an expression asks for: the metrics with the labels they are narrowed by, and the labels it groups by. */
function askedIn(expr: string): {
  isBroken: boolean;
  selectors: { metric: string; labels: string[] }[];
  groupings: string[];
} {
  const selectors: { metric: string; labels: string[] }[] = [];
  const groupings: string[] = [];
  let isBroken = false;
  const cursor = parser.parse(expr).cursor();
  let isGrouping = false;
  do {
    const text = expr.slice(cursor.from, cursor.to);
    if (cursor.type.isError) isBroken = true;
    if (cursor.name === 'VectorSelector') selectors.push({ metric: '', labels: [] });
    if (cursor.name === 'GroupingLabels') isGrouping = true;
    else if (cursor.name === 'VectorSelector' || cursor.name === 'NumberLiteral') isGrouping = false;
    const last = selectors.at(-1);
    if (cursor.name === 'Identifier' && last !== undefined && last.metric === '') last.metric = text;
    if (cursor.name === 'LabelName') {
      if (isGrouping) groupings.push(text);
      else last?.labels.push(text);
    }
  } while (cursor.next());
  return { isBroken, selectors, groupings };
}

const expressions: readonly (readonly [string, string])[] = [
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
  ...dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const)),
];

test('an expression that is broken, a metric that nobody counts and a label that it has not are seen', () => {
  expect(askedIn('sum(rate(totem_x[5m])').isBroken).toBe(true);
  expect(askedIn('sum by (a, b) (rate(totem_x{c="1", d=~"2"}[5m])) > 1')).toEqual({
    isBroken: false,
    selectors: [{ metric: 'totem_x', labels: ['c', 'd'] }],
    groupings: ['a', 'b'],
  });
});

test.each(expressions)('%s asks for what the product counts: %s', (_, expr) => {
  const { isBroken, selectors, groupings } = askedIn(expr);
  expect(isBroken).toBe(false);
  expect(selectors.length).toBeGreaterThan(0);
  const known = selectors.flatMap(({ metric, labels }) => {
    const has = specs.get(metric);
    expect([metric, has === undefined ? 'nobody counts it' : 'is counted']).toEqual([metric, 'is counted']);
    for (const label of labels) expect([...(has ?? []), ...ADDED]).toContain(label);
    return [...(has ?? [])];
  });
  for (const label of groupings) expect([...known, ...ADDED]).toContain(label);
});

describe('alerts', () => {
  test('have names of their own, a severity and one sentence', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { alert, labels, annotations } of rules) {
      expect(alert).toMatch(/^Totem[A-Z]\w+$/);
      expect(['page', 'ticket']).toContain(labels.severity);
      expect(annotations.summary).toMatch(/^[A-Z].*[^.]$/);
    }
  });

  test.each(rules.map(({ alert, annotations }) => [alert, annotations.runbook]))(
    '%s leads to %s',
    (_, runbook) => {
      const [file = '', anchor] = runbook.split('#');
      const anchors = [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
        title
          .toLowerCase()
          .replaceAll(/[^a-z0-9 -]/g, '')
          .replaceAll(' ', '-'),
      );
      expect(anchors).toContain(anchor);
    },
  );
});

test('every figure that the product counts of its own is on the dashboard or in an alert', () => {
  const asked = new Set(
    expressions.flatMap(([, expr]) => askedIn(expr).selectors.map(({ metric }) => metric)),
  );
  const unasked = [...specs.keys()].filter((name) => name.startsWith('totem_') && !asked.has(name));
  // Sums and counts of histograms whose buckets are shown, and what is only looked at in search of a reason.
  expect(unasked.filter((name) => !/_(sum|count|bucket)$/.test(name)).toSorted()).toEqual([
    'totem_backup_rows',
    'totem_backup_run_seconds',
    'totem_backup_run_timestamp_seconds',
    'totem_commands_total',
    'totem_http_held_requests_total',
    'totem_http_requests_in_flight',
    'totem_job_age_seconds',
    'totem_ledger_batches_total',
    'totem_outbox_attempts',
    'totem_shape_limits_total',
  ]);
});
