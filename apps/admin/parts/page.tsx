/** The head of a page, its name in the browser's tab, and the cards that pages are made of. */
import { IconChevronLeft } from '@tabler/icons-react';
import { type ReactNode, useEffect, useId } from 'react';
import { Link } from 'wouter';
import css from './page.module.css';

interface PageProps {
  readonly title: string;
  readonly lead?: string | undefined;
  /** Where the page hangs: its list. */
  readonly back?: { readonly href: string; readonly label: string };
  readonly actions?: ReactNode;
  /** Forms are read in one column. */
  readonly isNarrow?: boolean;
  readonly children: ReactNode;
}

export function Page({ title, lead, back, actions, isNarrow = false, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Totem`;
  }, [title]);
  return (
    <div className={css.page} data-narrow={isNarrow || undefined}>
      {back !== undefined && (
        <Link href={back.href} className={css.back}>
          <IconChevronLeft size={18} aria-hidden />
          {back.label}
        </Link>
      )}
      <div className={css.head}>
        <div className={css.words}>
          <h1 className={css.title}>{title}</h1>
          {lead !== undefined && <p className={css.lead}>{lead}</p>}
        </div>
        {actions !== undefined && <div className={css.actions}>{actions}</div>}
      </div>
      {children}
    </div>
  );
}

interface CardProps {
  readonly title?: string;
  readonly lead?: string | undefined;
  readonly aside?: ReactNode;
  /** Without room at the edges, for tables. */
  readonly isFlush?: boolean;
  readonly children: ReactNode;
}

export function Card({ title, lead, aside, isFlush = false, children }: CardProps) {
  const id = useId();
  return (
    <section className={css.card} data-flush={isFlush || undefined} aria-labelledby={title && id}>
      {title !== undefined && (
        <div className={css.cardHead}>
          <div>
            <h2 className={css.cardTitle} id={id}>
              {title}
            </h2>
            {lead !== undefined && <p className={css.cardLead}>{lead}</p>}
          </div>
          {aside}
        </div>
      )}
      {children}
    </section>
  );
}

/** Names and values, side by side. */
export function Facts({ facts }: { readonly facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className={css.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
