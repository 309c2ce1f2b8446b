/** Which of the named shapes a caller may follow at the hub: by role or type as at the cloud, and of the hub's own site only. */
import { actorOf, isShapeName, mayAt, NAMED_SHAPES, SHAPE_ACTORS } from '@totem/domain';
import type { ShapeResolution, ShapeResolver } from '@totem/sync';
import type { Clock } from '../../clock/clock.ts';
import type { Device } from '../../device.ts';
import { resolveLocalShape } from '../../local-api/shapes.ts';
import type { Store } from '../../store/store.ts';
import type { HubPrincipal } from '../access/tokens.ts';

/** What a caller may not see answers exactly as what does not exist. */
const NOT_FOUND: ShapeResolution = {
  kind: 'refused',
  status: 404,
  code: 'not_found',
  message: 'There is no such shape, tenant or site',
};
const FORBIDDEN: ShapeResolution = {
  kind: 'refused',
  status: 403,
  code: 'forbidden',
  message: 'This shape is not for this role',
};

export function resolveHubShape(
  parts: { readonly store: Store; readonly clock: Clock; readonly device: Device },
  principal: HubPrincipal,
  query: URLSearchParams,
): ShapeResolver {
  const { device } = parts;
  const name = query.get('shape') ?? '';
  if (!isShapeName(name) || NAMED_SHAPES[name].place !== 'everywhere') return () => NOT_FOUND;
  const isHere = query.get('tenant') === device.tenantId && query.get('site') === device.siteId;
  if (!isHere || !mayAt(principal, device.siteId)) return () => NOT_FOUND;
  const actor = actorOf(principal);
  if (actor === undefined || !SHAPE_ACTORS[name].includes(actor)) return () => FORBIDDEN;
  return resolveLocalShape(parts, query);
}
