/** The book in memory, which the suite of the adapter relies on, is a book. */

import { describeCashBook } from './conformance/book-conformance.ts';
import { memoryBook } from './conformance/memory-book.ts';

let attempts = 0;
describeCashBook((body) => () => {
  const book = memoryBook();
  body({
    book,
    attempt: () => {
      attempts += 1;
      return `attempt ${attempts}`;
    },
    reopen: () => book,
  });
});
