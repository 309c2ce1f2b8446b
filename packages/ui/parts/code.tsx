/**
 * A ticket's code as a thing to be seen: letters light, figures heavy, all of one width, so that `A012` and `A021` are told
 * apart across a room. The text is whole for whoever reads or copies it.
 */
import styles from './code.module.css';

export interface CodeProps {
  readonly children: string;
  /** Any CSS length: the height of the letters' line. */
  readonly size?: string | undefined;
}

const PARTS = /^([A-Z]+)(.*?)(-?)([^-]*)$/;

/** Draws a code such as `A012` or `A2-014`. */
export function Code({ children, size }: CodeProps) {
  const [, letters = '', lane = '', dash = '', figures = children] = PARTS.exec(children) ?? [];
  return (
    <span className={styles.code} style={size === undefined ? undefined : { fontSize: size }}>
      <span className={styles.letters}>{letters}</span>
      <span className={styles.figures}>
        {lane}
        {dash === '' ? null : <span className={styles.dash}>{dash}</span>}
        {figures}
      </span>
    </span>
  );
}
