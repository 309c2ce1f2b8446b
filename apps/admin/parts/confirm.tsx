/** Asks before something that cannot be taken back, and says what went wrong where it was asked. */
import { Button, Group, Stack } from '@mantine/core';
import { Dialog } from '@totem/ui';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from './problem.tsx';

interface ConfirmProps {
  readonly opened: boolean;
  readonly title: string;
  readonly lead: string;
  readonly act: string;
  readonly isDangerous?: boolean;
  readonly isReady?: boolean;
  readonly children?: ReactNode;
  /** @throws DoorError, which is shown. */
  onConfirm(): Promise<void>;
  onClose(): void;
}

export function Confirm(props: ConfirmProps) {
  const {
    opened,
    title,
    lead,
    act,
    isDangerous = false,
    isReady = true,
    children,
    onConfirm,
    onClose,
  } = props;
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const close = (): void => {
    setError(undefined);
    onClose();
  };
  const confirm = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await onConfirm();
      close();
    } catch (thrown) {
      setError(thrown);
    }
    setBusy(false);
  };
  return (
    <Dialog opened={opened} title={title} lead={lead} onClose={close}>
      <Stack>
        {error !== undefined && <Problem error={error} />}
        {children}
        <Group justify="flex-end">
          <Button variant="default" size="md" onClick={close}>
            {t('form.back')}
          </Button>
          <Button
            size="md"
            loading={busy}
            disabled={!isReady}
            data-danger={isDangerous || undefined}
            onClick={() => void confirm()}
          >
            {act}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
