/** Choosing the PIN with which this person goes on at the hub when the link is away. */
import { Alert, Button, Group, PasswordInput, Stack } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { asDoorError, Dialog, type DoorError, useErrorText } from '@totem/ui';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PIN_PATTERN } from './hub-pin.ts';

interface PinDialogProps {
  /** Keeps the PIN. @throws DoorError */
  onChosen(pin: string): Promise<void>;
  onClose(): void;
}

export function PinDialog({ onChosen, onClose }: PinDialogProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [pin, setPin] = useState('');
  const [again, setAgain] = useState('');
  const [wasSent, setWasSent] = useState(false);
  const [error, setError] = useState<DoorError | undefined>();
  const [busy, setBusy] = useState(false);
  const isShaped = PIN_PATTERN.test(pin);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setWasSent(true);
    if (!isShaped || pin !== again || busy) return;
    setBusy(true);
    setError(undefined);
    try {
      await onChosen(pin);
      onClose();
    } catch (thrown) {
      setError(asDoorError(thrown));
      setBusy(false);
    }
  };
  return (
    <Dialog opened title={t('pin.dialogHeading')} lead={t('pin.dialogLead')} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="md">
          <div role="alert">
            {error !== undefined && (
              <Alert role="presentation" color="red" variant="light" icon={<IconAlertTriangle aria-hidden />}>
                {error.code === 'password_common' ? t('pin.guessed') : errorText(error)}
              </Alert>
            )}
          </div>
          <PasswordInput
            data-autofocus
            size="md"
            label={t('pin.label')}
            description={t('pin.hint')}
            inputMode="numeric"
            autoComplete="off"
            value={pin}
            error={wasSent && !isShaped ? t('pin.shape') : undefined}
            onChange={(event) => setPin(event.currentTarget.value.trim())}
          />
          <PasswordInput
            size="md"
            label={t('pin.again')}
            inputMode="numeric"
            autoComplete="off"
            value={again}
            error={wasSent && isShaped && again !== pin ? t('pin.differs') : undefined}
            onChange={(event) => setAgain(event.currentTarget.value.trim())}
          />
        </Stack>
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>
            {t('ask.back')}
          </Button>
          <Button type="submit" variant="filled" loading={busy}>
            {t('pin.keep')}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
