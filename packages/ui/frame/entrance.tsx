/** The frame of the pages before the work: one card in the middle, with the product's name and one thing to do. */
import { IconTicket } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import css from './entrance.module.css';

interface EntranceProps {
  readonly heading: string;
  readonly lead?: string;
  readonly aside: ReactNode;
  readonly children: ReactNode;
}

export function Entrance({ heading, lead, aside, children }: EntranceProps) {
  return (
    <main className={css.page}>
      <div className={css.card}>
        <div className={css.brand}>
          <span className={css.logo} aria-hidden>
            <IconTicket size={22} />
          </span>
          <span className={css.name}>Totem</span>
          <span className={css.aside}>{aside}</span>
        </div>
        <h1 className={css.heading}>{heading}</h1>
        {lead !== undefined && <p className={css.lead}>{lead}</p>}
        {children}
      </div>
    </main>
  );
}
