/**
 * The bar below the header that speaks of the PIN: asks for it when the link is away and the hub has to know who this is, and offers
 * to choose one while it is there. The queue stays in sight.
 */
import { Button, PasswordInput } from '@mantine/core';
import { IconCloudOff, IconKey } from '@tabler/icons-react';
import { asDoorError, type DoorError, useErrorText } from '@totem/ui';
import { type FormEvent, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { HubAccess } from './hub-access.ts';
import css from './pin.module.css';

interface PinBarProps {
  readonly access: HubAccess;
  readonly username: string;
}

/** Asks for the PIN while it is needed, and is not there otherwise. */
export function PinBar({ access, username }: PinBarProps) {
  const { needsPin } = useSyncExternalStore(access.subscribe, access.state);
  return needsPin ? <PinQuestion access={access} username={username} /> : null;
}

function PinQuestion({ access, username }: PinBarProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [pin, setPin] = useState('');
  const [error, setError] = useState<DoorError | undefined>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (pin === '' || busy) return;
    setBusy(true);
    try {
      await access.enter(username, pin);
    } catch (thrown) {
      setError(asDoorError(thrown));
      setPin('');
      setBusy(false);
    }
  };
  return (
    <section className={css.bar} data-level="warn" aria-label={t('pin.region')}>
      <IconCloudOff size={24} aria-hidden className={css.symbol} />
      <div className={css.words}>
        <strong>{t('pin.neededHeading')}</strong>
        <span role={error === undefined ? undefined : 'alert'} data-error={error !== undefined || undefined}>
          {error === undefined ? t('pin.neededLead') : errorText(error)}
        </span>
      </div>
      <form className={css.form} onSubmit={(event) => void submit(event)}>
        <PasswordInput
          aria-label={t('pin.label')}
          placeholder={t('pin.label')}
          inputMode="numeric"
          autoComplete="off"
          autoFocus
          value={pin}
          onChange={(event) => setPin(event.currentTarget.value)}
        />
        <Button type="submit" variant="filled" loading={busy}>
          {t('pin.goOn')}
        </Button>
      </form>
    </section>
  );
}

interface PinOfferProps {
  onChoose(): void;
  onLater(): void;
}

/** Offers to choose a PIN, to who has none at the hub. */
export function PinOffer({ onChoose, onLater }: PinOfferProps) {
  const { t } = useTranslation();
  return (
    <section className={css.bar} aria-label={t('pin.region')}>
      <IconKey size={24} aria-hidden className={css.symbol} />
      <div className={css.words}>
        <strong>{t('pin.offerHeading')}</strong>
        <span>{t('pin.offerLead')}</span>
      </div>
      <div className={css.form}>
        <Button variant="subtle" onClick={onLater}>
          {t('pin.later')}
        </Button>
        <Button variant="filled" onClick={onChoose}>
          {t('pin.choose')}
        </Button>
      </div>
    </section>
  );
}
