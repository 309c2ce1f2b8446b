/** The error catalogue as a table: what a client meets, what a person reads in each language, and what staff should do. */
import { ERROR_CODES, ERRORS } from '@totem/domain';
import type { Generator } from './generator.ts';

export const errorsPage: Generator = {
  path: 'docs/generated/errors.md',
  make: async () => {
    const rows = ERROR_CODES.toSorted((a, b) => ERRORS[a].status - ERRORS[b].status || (a < b ? -1 : 1)).map(
      (code) => {
        const { status, text, action } = ERRORS[code];
        const cells = [`\`${code}\``, String(status), text['pt-BR'], text.en, text.es, action];
        return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
      },
    );
    return `${[
      '# Errors',
      `Every code that the API, a totem or a screen answers with: ${rows.length} of them, by status. On the wire they are problem ` +
        'documents (RFC 9457) with `code`, `status`, `detail` in the language of the request, and `requestId`. Codes are stable: ' +
        'one that was released is never renamed. Made from `packages/domain/errors`.',
      ['| code | status | pt-BR | en | es | what staff do |', '|---|---|---|---|---|---|', ...rows].join(
        '\n',
      ),
    ].join('\n\n')}\n`;
  },
};
