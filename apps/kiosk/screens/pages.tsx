/** The page for each step of a session. */
import {
  kioskSettingsOf,
  mustPayFirst,
  type PaymentMeans,
  type PriorityClassId,
  type ServiceId,
} from '@totem/domain';
import { useDoor } from '@totem/ui';
import type { ActionDispatch } from 'react';
import { type Offer, offersOf, ordinaryOf } from '../catalogue/offers.ts';
import { sectionsOf } from '../catalogue/sections.ts';
import type { Catalogue } from '../catalogue/use-catalogue.ts';
import type { Media } from '../catalogue/use-media.ts';
import { useOutlook } from '../catalogue/use-outlook.ts';
import { paperOf } from '../device/device-state.ts';
import type { Device } from '../device/use-device.ts';
import { useNow } from '../frame/use-now.ts';
import type { Choice, Flow, FlowEvent } from '../session/flow.ts';
import type { Settings } from '../session/settings.ts';
import { Attract } from './attract.tsx';
import { CheckInPages } from './check-in.tsx';
import { Confirm } from './confirm.tsx';
import { Failed } from './failed.tsx';
import { Identify } from './identify.tsx';
import { PayPages } from './pay-pages.tsx';
import { Preparing } from './paying.tsx';
import { Priority } from './priority.tsx';
import { Services } from './services.tsx';
import { Ticket } from './ticket.tsx';

export interface PagesProps {
  readonly flow: Flow;
  readonly happened: ActionDispatch<[FlowEvent]>;
  /** The one priority class there is, or null. */
  readonly only: PriorityClassId | null;
  readonly catalogue: Catalogue;
  /** What can be paid with; null before the totem has said. */
  readonly means: readonly PaymentMeans[] | null;
  readonly media: Media;
  readonly device: Device;
  readonly settings: Settings;
  /** Share of the page's time that is left. */
  readonly left: number;
  readonly onEnd: () => void;
}

/** The page of a flow. */
export function Pages(props: PagesProps) {
  const { flow, happened, only, catalogue, means, media, device, settings, left, onEnd } = props;
  const door = useDoor();
  const now = useNow();
  const { site, services, priorities } = catalogue;
  const kiosk = kioskSettingsOf(site);
  const isChoosing = !['attract', 'ticket', 'paying'].includes(flow.step);
  const outlook = useOutlook(isChoosing);
  const offers = offersOf(services, site, now, outlook.services, means !== null && means.length > 0);
  const ordinary = ordinaryOf(priorities);
  const tierOf = (id: PriorityClassId) => priorities.find((each) => each.id === id)?.tier ?? 0;
  const priorityOf = (id: PriorityClassId) =>
    priorities.find((each) => each.id === id && id !== ordinary?.id);
  const offerOf = ({ serviceId }: Choice) => offers.find(({ service }) => service.id === serviceId);
  const choose = (serviceId: ServiceId): void => {
    const offer = offers.find(({ service }) => service.id === serviceId);
    const asks = {
      identifies: kiosk.identification !== 'off',
      confirms: costs(offer),
      pays: offer !== undefined && mustPayFirst(offer.service),
    };
    happened({ kind: 'service_chosen', serviceId, asks, commandId: door.newCommandId() });
  };
  switch (flow.step) {
    case 'attract':
      return <Attract media={media.attract} onStart={() => happened({ kind: 'started', only })} />;
    case 'priority':
      return ordinary === undefined ? null : (
        <Priority
          classes={priorities}
          ordinary={ordinary}
          onChoose={(priorityClassId) => happened({ kind: 'priority_chosen', priorityClassId })}
        />
      );
    case 'services':
    case 'issuing': {
      if (flow.step === 'issuing' && flow.wish.pay !== null)
        return <Preparing priceCents={flow.wish.priceCents ?? 0} currency={site.currency} />;
      const { priorityClassId, place } = flow.step === 'services' ? flow : flow.wish.choice;
      return (
        <Services
          offers={offers}
          sections={sectionsOf(offers, kiosk.groups)}
          site={site}
          place={place}
          tier={tierOf(priorityClassId)}
          showsWait={kiosk.showsWait}
          isRoomy={settings.isLow || settings.isLarge}
          issuing={flow.step === 'issuing' ? flow.wish.choice.serviceId : null}
          onChoose={choose}
          onBooked={outlook.takesCheckIns ? () => happened({ kind: 'booked' }) : null}
          onPlace={(changed) => happened({ kind: 'place_changed', place: changed })}
        />
      );
    }
    case 'check_in':
      return <CheckInPages {...props} flow={flow} />;
    case 'identify':
      return (
        <Identify
          digits={flow.digits}
          onType={(digits) => happened({ kind: 'digits_typed', digits })}
          onDone={(document) => happened({ kind: 'identified', document, commandId: door.newCommandId() })}
        />
      );
    case 'confirm': {
      const offer = offerOf(flow.choice);
      return offer === undefined ? null : (
        <Confirm
          offer={offer}
          site={site}
          tier={tierOf(flow.choice.priorityClassId)}
          priority={priorityOf(flow.choice.priorityClassId)}
          showsWait={kiosk.showsWait}
          onYes={() => {
            // A question with one answer is not asked.
            const [first] = means?.length === 1 ? means : [];
            const only = first === undefined ? null : { id: door.newCommandId(), meansId: first.id };
            happened({
              kind: 'confirmed',
              commandId: door.newCommandId(),
              priceCents: offer.service.priceCents,
              only,
            });
          }}
          onOther={() => happened({ kind: 'chose_other' })}
        />
      );
    }
    case 'method':
    case 'paying':
      return <PayPages {...props} flow={flow} />;
    case 'failed':
      return <FailedPage error={flow.error} happened={happened} />;
    case 'ticket':
      return (
        <Ticket
          ticket={flow.ticket}
          service={services.find(({ id }) => id === flow.choice.serviceId)}
          priority={priorityOf(flow.choice.priorityClassId)}
          site={site}
          paid={flow.paid}
          paper={paperOf(device.prints, flow.ticket.id, device.state)}
          left={left}
          onDone={onEnd}
        />
      );
    default:
      return flow satisfies never;
  }
}

function FailedPage({
  error,
  happened,
}: Pick<PagesProps, 'happened'> & Pick<Extract<Flow, { step: 'failed' }>, 'error'>) {
  const door = useDoor();
  return (
    <Failed
      error={error}
      onAgain={() => happened({ kind: 'tried_again', commandId: door.newCommandId() })}
      onOther={() => happened({ kind: 'chose_other' })}
    />
  );
}

/** Only what costs something is asked for twice: for everything else the question would be one touch more, and no help. */
function costs(offer: Offer | undefined): boolean {
  return (offer?.service.priceCents ?? 0) > 0;
}
