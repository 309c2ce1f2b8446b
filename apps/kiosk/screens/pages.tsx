/** The page for each step of a session. */
import type { PriorityClassId } from '@totem/domain';
import { useDoor } from '@totem/ui';
import type { ActionDispatch } from 'react';
import { offersOf, ordinaryOf } from '../catalogue/offers.ts';
import type { Catalogue } from '../catalogue/use-catalogue.ts';
import { paperOf } from '../device/device-state.ts';
import type { Device } from '../device/use-device.ts';
import { useNow } from '../frame/use-now.ts';
import type { Flow, FlowEvent } from '../session/flow.ts';
import type { Settings } from '../session/settings.ts';
import { Attract } from './attract.tsx';
import { Failed } from './failed.tsx';
import { Priority } from './priority.tsx';
import { Services } from './services.tsx';
import { Ticket } from './ticket.tsx';

export interface PagesProps {
  readonly flow: Flow;
  readonly happened: ActionDispatch<[FlowEvent]>;
  /** The one priority class there is, or null. */
  readonly only: PriorityClassId | null;
  readonly catalogue: Catalogue;
  readonly device: Device;
  readonly settings: Settings;
  /** Share of the page's time that is left. */
  readonly left: number;
  readonly onEnd: () => void;
}

/** The page of a flow. */
export function Pages({ flow, happened, only, catalogue, device, settings, left, onEnd }: PagesProps) {
  const door = useDoor();
  const now = useNow();
  const { site, services, priorities } = catalogue;
  const ordinary = ordinaryOf(priorities);
  switch (flow.step) {
    case 'attract':
      return <Attract onStart={() => happened({ kind: 'started', only })} />;
    case 'priority':
      return ordinary === undefined ? null : (
        <Priority
          classes={priorities}
          ordinary={ordinary}
          onChoose={(priorityClassId) => happened({ kind: 'priority_chosen', priorityClassId })}
        />
      );
    case 'services':
    case 'issuing':
      return (
        <Services
          offers={offersOf(services, site, now)}
          site={site}
          page={flow.page}
          isRoomy={settings.isLow || settings.isLarge}
          issuing={flow.step === 'issuing' ? flow.wish.serviceId : null}
          onChoose={(serviceId) =>
            happened({ kind: 'service_chosen', serviceId, commandId: door.newCommandId() })
          }
          onTurn={(page) => happened({ kind: 'page_turned', page })}
        />
      );
    case 'failed':
      return (
        <Failed
          error={flow.error}
          onAgain={() => happened({ kind: 'tried_again', commandId: door.newCommandId() })}
          onOther={() => happened({ kind: 'went_back', only })}
        />
      );
    case 'ticket': {
      const { ticket, wish } = flow;
      const priority = priorities.find(({ id }) => id === wish.priorityClassId && id !== ordinary?.id);
      return (
        <Ticket
          ticket={ticket}
          service={services.find(({ id }) => id === wish.serviceId)}
          priority={priority}
          site={site}
          paper={paperOf(device.prints, ticket.id, device.state)}
          left={left}
          onDone={onEnd}
        />
      );
    }
    default:
      return flow satisfies never;
  }
}
