/** The pages of a payment: how, and how it goes. */
import { useDoor } from '@totem/ui';
import type { Flow } from '../session/flow.ts';
import { Method } from './method.tsx';
import type { PagesProps } from './pages.tsx';
import { Paying } from './paying.tsx';

export interface PayPagesProps extends Pick<PagesProps, 'happened' | 'catalogue' | 'means' | 'onEnd'> {
  readonly flow: Extract<Flow, { step: 'method' | 'paying' }>;
}

/** The page of a flow that pays. */
export function PayPages({ flow, happened, catalogue, means, onEnd }: PayPagesProps) {
  const door = useDoor();
  const { currency } = catalogue.site;
  return flow.step === 'method' ? (
    <Method
      means={means}
      amountCents={flow.priceCents}
      currency={currency}
      onChoose={(meansId) => {
        const pay = { id: door.newCommandId(), meansId };
        happened({ kind: 'means_chosen', commandId: door.newCommandId(), pay });
      }}
      onOther={() => happened({ kind: 'chose_other' })}
    />
  ) : (
    <Paying
      flow={flow}
      currency={currency}
      // What came of it is in the news that follow.
      onCancel={() => void door.tell(`/v1/payments/${flow.pay.id}/cancel`, {}).catch(() => undefined)}
      onAgain={() => happened({ kind: 'pays_otherwise' })}
      onEnd={onEnd}
    />
  );
}
