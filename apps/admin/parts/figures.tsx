/** A row of figures at the top of a page. */
import css from './parts.module.css';

export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly isAlarming?: boolean;
}

export function Figures({ figures }: { readonly figures: readonly Figure[] }) {
  return (
    <dl className={css.figures}>
      {figures.map(({ name, value, isAlarming }) => (
        <div key={name} className={css.figure} data-tone={isAlarming === true ? 'danger' : undefined}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
