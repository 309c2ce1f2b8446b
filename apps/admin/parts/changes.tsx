/** What an entry changed: each field as it was and as it became. */
import css from './changes.module.css';

interface ChangesProps {
  readonly before: Readonly<Record<string, unknown>> | null | undefined;
  readonly after: Readonly<Record<string, unknown>> | null | undefined;
}

export function Changes({ before, after }: ChangesProps) {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  if (names.length === 0) return '—';
  return (
    <ul className={css.changes}>
      {names.map((name) => (
        <li key={name}>
          <span className={css.name}>{name}</span>{' '}
          {before?.[name] !== undefined && (
            <>
              <del>{shown(before[name])}</del>
              <span> → </span>
            </>
          )}
          <ins>{shown(after?.[name])}</ins>
        </li>
      ))}
    </ul>
  );
}

function shown(value: unknown): string {
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return '—';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
