/** Puts a boundary around text that comes from a database, and cuts it at `limit` characters. */
export type Mark = (text: string, limit?: number) => string;

/** About 25,000 tokens: an answer that nobody asked to be longer drowns a model. */
export const MAX_ANSWER = 100_000;

/**
 * A boundary with a random name for one answer: rows, names and comments were written before it existed, so none of them can
 * end it and go on as if it were us who speak.
 */
export function createDataBoundary(): Mark {
  const name = `data-${crypto.randomUUID().slice(0, 8)}`; // random digits that Node has in stock: asking for bytes costs more than the rest of this
  return (text, limit = MAX_ANSWER) => {
    const end = text.length > limit ? text.lastIndexOf('\n', limit) : -1;
    const shown = text.length <= limit ? text : text.slice(0, end > 0 ? end : limit);
    const left =
      text.length <= limit ? '' : `\n(CUT: ${String(shown.length)} of ${String(text.length)} characters. Request less at a time.)`;
    return `<${name}>\n${shown}\n</${name}>${left}`;
  };
}
