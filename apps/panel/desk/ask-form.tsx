/** The shell of every question of the desk: what is asked, a way back, and the one thing to do. */
import { Button, Group } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface AskFormProps {
  readonly submit: string;
  readonly isDanger?: boolean;
  readonly children?: ReactNode;
  onSubmit(): void;
  onClose(): void;
}

export function AskForm({ submit, isDanger = false, children, onSubmit, onClose }: AskFormProps) {
  const { t } = useTranslation();
  const submitted = (event: FormEvent): void => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form onSubmit={submitted}>
      {children}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>
          {t('ask.back')}
        </Button>
        <Button type="submit" variant="filled" data-danger={isDanger || undefined}>
          {submit}
        </Button>
      </Group>
    </form>
  );
}
