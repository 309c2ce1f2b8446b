/** Priority, said by an icon and a word as well as by colour: colour alone is lost on many people and many screens. */

import type { PriorityClassRow } from '@totem/domain';
import { ServiceIcon, useFormat } from '@totem/ui';
import css from './queue.module.css';

interface PriorityMarkProps {
  /** The tier that the ticket was issued with; 0 is none. */
  readonly tier: number;
  readonly priorityClass: PriorityClassRow | undefined;
  readonly isLarge?: boolean;
}

/** The mark of a priority; nothing for a ticket without. */
export function PriorityMark({ tier, priorityClass, isLarge = false }: PriorityMarkProps) {
  const format = useFormat();
  if (tier <= 0) return null;
  const name = priorityClass === undefined ? `P${tier}` : format.local(priorityClass.name);
  return (
    <span
      className={css.priority}
      title={name}
      data-tier={Math.min(tier, 3)}
      data-large={isLarge || undefined}
    >
      <ServiceIcon name={priorityClass?.icon ?? null} size={isLarge ? 20 : 16} />
      <span className={css.priorityName}>{name}</span>
    </span>
  );
}
