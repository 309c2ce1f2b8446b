/**
 * The service that a code was issued for, by its prefix: what the customer chose and what the paper says. A call names no
 * service; after a transfer the paper still shows this one, so it is the one the customer recognises.
 */
import type { ServiceRow } from '@totem/domain';

// `A2-014` and `AW-003`: before the dash stand the prefix and the lane; `A001` has no lane.
const WITH_LANE = /^([A-Z]{1,3})(?:W|[1-9][0-9]{0,3})-\d+$/;
const WITHOUT_LANE = /^([A-Z]{1,3})\d+$/;

/** The prefix in a code; undefined when it is no ticket code. */
export function prefixOf(code: string): string | undefined {
  return (WITH_LANE.exec(code) ?? WITHOUT_LANE.exec(code))?.[1];
}

/** The one service with the code's prefix; undefined when there is none or more than one, rather than a guess. */
export function serviceOfCode<S extends Pick<ServiceRow, 'prefix' | 'deletedAt'>>(
  code: string,
  services: readonly S[],
): S | undefined {
  const prefix = prefixOf(code);
  const found = services.filter((service) => service.deletedAt === null && service.prefix === prefix);
  return found.length === 1 ? found[0] : undefined;
}
