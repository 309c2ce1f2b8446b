/** What the panel can give a ticket for: services that are offered here and not paid first, and the priority classes in use. */
import { isOfferedAt, mustPayFirst } from '@totem/domain';
import type { SiteData } from '../shell/site-data.ts';
import type { Issuable } from './issue-form.tsx';

export function issuableAt({ site, services, priorityClasses }: SiteData): Issuable {
  return {
    services: [...services.values()].filter(
      (service) =>
        site !== undefined &&
        service.active &&
        service.deletedAt === null &&
        isOfferedAt(service, site.id) &&
        // There is nothing to pay with at a panel.
        !mustPayFirst(service),
    ),
    priorityClasses: [...priorityClasses.values()].filter(
      ({ active, deletedAt }) => active && deletedAt === null,
    ),
  };
}
