/** A dialog: a question or a list over the page, with a name, a way out and one thing to do. */
import { CloseButton, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { KIT_NAMESPACE } from '../i18n/i18n.ts';
import css from './dialog.module.css';

interface DialogProps {
  readonly opened: boolean;
  readonly title: string;
  readonly lead?: string;
  readonly children: ReactNode;
  onClose(): void;
}

export function Dialog({ opened, title, lead, children, onClose }: DialogProps) {
  const { t } = useTranslation(KIT_NAMESPACE);
  return (
    <Modal.Root
      opened={opened}
      onClose={onClose}
      centered
      classNames={{ content: css.content ?? '', body: css.body ?? '' }}
    >
      <Modal.Overlay />
      {/* Mantine's own header would be a second banner of the page. */}
      <Modal.Content aria-label={title}>
        <Modal.Body>
          <div className={css.head}>
            <h2 className={css.title}>{title}</h2>
            <CloseButton aria-label={t('close')} onClick={onClose} />
          </div>
          {lead !== undefined && <p className={css.lead}>{lead}</p>}
          {children}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
