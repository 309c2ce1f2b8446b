/** What an entry changed: each field as it was and as it became. */
import css from './changes.module.css';

interface ChangesProps {
  readonly before: Readonly<Record<string, unknown>> | null | undefined;
  readonly after: Readonly<Record<string, unknown>> | null | undefined;
  /** In a list: the fields that say something by themselves, and few of them. */
  readonly isBrief?: boolean;
}

const BRIEF_MAX = 3;
/** Ids and instants say little without what they name; a list has columns for the ones that count. */
const SAYS_LITTLE = /(?:Id|Ids|At|Since|^folded|^version|^lane|^number)$/;

export function Changes({ before, after, isBrief = false }: ChangesProps) {
  const all = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const telling = all.filter((name) => !SAYS_LITTLE.test(name) && isSaid(before?.[name], after?.[name]));
  const names = isBrief ? telling.slice(0, BRIEF_MAX) : all;
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

function isSaid(before: unknown, after: unknown): boolean {
  return shown(before) !== '—' || shown(after) !== '—';
}

function shown(value: unknown): string {
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return '—';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
