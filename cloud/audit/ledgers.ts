/** Every ledger of a database, one tenant after the other, and what was found in words: for whoever looks after it. */
import type { TenantId } from '@totem/domain';
import { faultText } from './faults.ts';
import { ledgerTenants } from './read.ts';
import type { SignedSeal } from './statement.ts';
import { type OriginReport, type TenantReport, type VerifyParts, verifyTenant } from './verify.ts';

/** Checks all tenants, or some. Tenants that a statement speaks of are checked whether they are there or not. */
export async function* verifyLedgers(
  parts: VerifyParts,
  only?: readonly TenantId[],
): AsyncGenerator<TenantReport> {
  const { statements = [] } = parts;
  const there = only ?? (await ledgerTenants(parts.db));
  for (const tenantId of new Set([...there, ...spokenOf(statements, only)]))
    yield await verifyTenant({ ...parts, statements: statements.filter(isOf(tenantId)) }, tenantId);
}

/** A report as lines: the tenant, its origins, and each fault that was kept. */
export function reportLines(report: TenantReport): string[] {
  const { tenantId, entries, firstPosition, lastPosition, seals, unkeptMonths, faultCount, faults } = report;
  const span = entries === 0 ? '' : ` at ${firstPosition} to ${lastPosition}`;
  const unkept = unkeptMonths === 0 ? '' : `, ${unkeptMonths} of them of months that are kept no more`;
  const more = faultCount - faults.length;
  return [
    `tenant ${tenantId}: ${count(entries, 'entry', 'entries')}${span}, ${count(seals, 'seal', 'seals')}${unkept}: ${verdict(faultCount)}`,
    ...report.origins.map(originLine),
    ...faults.map((fault) => `  FAULT ${faultText(fault)}`),
    ...(more > 0 ? [`  FAULT and ${more} more`] : []),
  ];
}

function originLine(origin: OriginReport): string {
  const { equipmentId, entries, firstSeq, head, aside, privates, erased, faults } = origin;
  const notes = [
    aside === 0 ? [] : [`${aside} kept aside`],
    privates === 0 ? [] : [`${privates} with personal data`],
    erased === 0 ? [] : [`${erased} erased`],
  ].flat();
  const who = equipmentId === null ? 'the cloud' : `device ${equipmentId}`;
  const what = [count(entries, 'entry', 'entries'), ...notes].join(', ');
  return `  origin ${origin.origin} of ${who}: ${what}, seq ${firstSeq} to ${head.seq}: ${verdict(faults)}`;
}

function verdict(faults: number): string {
  return faults === 0 ? 'whole' : count(faults, 'fault', 'faults').toUpperCase();
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

const isOf = (tenantId: TenantId) => (statement: SignedSeal) => statement.tenantId === tenantId;

function spokenOf(statements: readonly SignedSeal[], only: readonly TenantId[] | undefined): TenantId[] {
  return statements
    .map(({ tenantId }) => tenantId)
    .filter((tenantId) => only === undefined || only.includes(tenantId));
}
