/** Fills a database at size and says how fast, for `npm run seed` and for benches. */
import { type Filled, fillAtSize, type Size } from '@totem/testkit/size';

export interface Seeded extends Filled {
  readonly seconds: number;
  readonly rowsPerSecond: number;
}

/** @param url as the owner or a superuser. @param onProgress called from time to time with the rows so far and tenants done. */
export async function seedAtSize(
  url: string,
  size: Size,
  onProgress: (done: {
    readonly tenants: number;
    readonly rows: number;
    readonly seconds: number;
  }) => void = () => {},
): Promise<Seeded> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1_000;
  let tenants = 0;
  let rows = 0;
  const filled = await fillAtSize(url, size, (more) => {
    tenants += 1;
    rows += more;
    onProgress({ tenants, rows, seconds: seconds() });
  });
  return { ...filled, seconds: seconds(), rowsPerSecond: filled.rows / seconds() };
}
