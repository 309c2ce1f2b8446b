/**
 * Code pages, as tables of ours: a printer shows byte 80 hex and above by the page it was told to use, and one fixed page
 * for a whole job is the only way to know what comes out. The tables are the published ones of IBM (850, 858, 860) and
 * Microsoft (1252); `text.test.ts` checks the Portuguese letters against byte values that were taken from a manual.
 */

export const CODE_PAGES = ['cp850', 'cp858', 'cp860', 'cp1252'] as const;
/** cp850 has every Portuguese letter but no euro sign; cp858 is cp850 with it; cp860 has neither euro nor section sign. */
export type CodePage = (typeof CODE_PAGES)[number];

const FIRST_UPPER_BYTE = 0x80;
/** Stands for a byte that the page does not define. */
const UNDEFINED = '\u0000';

/** The characters of the bytes 80 to FF hex, sixteen for each line. */
const UPPER: Readonly<Record<CodePage, string>> = {
  cp850:
    'ÇüéâäàåçêëèïîìÄÅ' +
    'ÉæÆôöòûùÿÖÜø£Ø×ƒ' +
    'áíóúñÑªº¿®¬½¼¡«»' +
    '░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐' +
    '└┴┬├─┼ãÃ╚╔╩╦╠═╬¤' +
    'ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀' +
    'ÓßÔÒõÕµþÞÚÛÙýÝ¯´' +
    '\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0',
  cp858:
    'ÇüéâäàåçêëèïîìÄÅ' +
    'ÉæÆôöòûùÿÖÜø£Ø×ƒ' +
    'áíóúñÑªº¿®¬½¼¡«»' +
    '░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐' +
    '└┴┬├─┼ãÃ╚╔╩╦╠═╬¤' +
    'ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀' +
    'ÓßÔÒõÕµþÞÚÛÙýÝ¯´' +
    '\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0',
  cp860:
    'ÇüéâãàÁçêÊèÍÔìÃÂ' +
    'ÉÀÈôõòÚùÌÕÜ¢£Ù₧Ó' +
    'áíóúñÑªº¿Ò¬½¼¡«»' +
    '░▒▓│┤╡╢╖╕╣║╗╝╜╛┐' +
    '└┴┬├─┼╞╟╚╔╩╦╠═╬╧' +
    '╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀' +
    'αßΓπΣσµτΦΘΩδ∞φε∩' +
    '≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0',
  cp1252:
    '€\u0000‚ƒ„…†‡ˆ‰Š‹Œ\u0000Ž\u0000' +
    '\u0000‘’“”•–—˜™š›œ\u0000žŸ' +
    '\u00a0¡¢£¤¥¦§¨©ª«¬\u00ad®¯' +
    '°±²³´µ¶·¸¹º»¼½¾¿' +
    'ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏ' +
    'ÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞß' +
    'àáâãäåæçèéêëìíîï' +
    'ðñòóôõö÷øùúûüýþÿ',
};

const BYTES: Readonly<Record<CodePage, ReadonlyMap<string, number>>> = {
  cp850: bytesOf('cp850'),
  cp858: bytesOf('cp858'),
  cp860: bytesOf('cp860'),
  cp1252: bytesOf('cp1252'),
};

function bytesOf(page: CodePage): ReadonlyMap<string, number> {
  const upper = [...UPPER[page]].map((char, index) => [char, FIRST_UPPER_BYTE + index] as const);
  return new Map(upper.filter(([char]) => char !== UNDEFINED));
}

/** The byte of one character, or undefined when the page lacks it. Control characters have none: never below 20 hex, never 7F. */
export function byteInPage(char: string, page: CodePage): number | undefined {
  const code = char.length === 1 ? char.charCodeAt(0) : -1;
  if (code >= 0x20 && code <= 0x7e) return code;
  return BYTES[page].get(char);
}

/** The character that a printer on this page shows for a byte; `?` where the page has none. */
export function charInPage(byte: number, page: CodePage): string {
  if (byte >= 0x20 && byte <= 0x7e) return String.fromCharCode(byte);
  const char = UPPER[page][byte - FIRST_UPPER_BYTE];
  return char === undefined || char === UNDEFINED ? '?' : char;
}
