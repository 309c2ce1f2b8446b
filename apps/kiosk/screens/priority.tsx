/** Asks for the legal priority. It is declared by the customer and never doubted here; most people have none, so the answer of most is the largest. */
import { IconArrowRight } from '@tabler/icons-react';
import type { PriorityClassId, PriorityClassRow } from '@totem/domain';
import { Pressable, ServiceIcon, useFormat } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import { Page } from '../frame/page.tsx';
import styles from './priority.module.css';

export interface PriorityProps {
  readonly classes: readonly PriorityClassRow[];
  readonly ordinary: PriorityClassRow;
  readonly onChoose: (id: PriorityClassId) => void;
}

/** The legal groups, and everyone else. */
export function Priority({ classes, ordinary, onChoose }: PriorityProps) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Page
      heading={t('priority.heading')}
      lead={t('priority.lead', { ordinary: format.local(ordinary.name) })}
    >
      <ul className={styles.groups}>
        {classes
          .filter(({ id }) => id !== ordinary.id)
          .map(({ id, name, icon }) => (
            <li key={id}>
              <Pressable className={styles.group} onPress={() => onChoose(id)}>
                <span className={styles.medal} aria-hidden="true">
                  <ServiceIcon name={icon} />
                </span>
                <span className={styles.name}>{format.local(name)}</span>
              </Pressable>
            </li>
          ))}
      </ul>
      <Pressable className={styles.ordinary} onPress={() => onChoose(ordinary.id)}>
        {format.local(ordinary.name)}
        <IconArrowRight className={styles.arrow} aria-hidden stroke={2} />
      </Pressable>
    </Page>
  );
}
