/** The text up to `limit` UTF-16 units, with an ellipsis where that is not all; never cut within a character of two units. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(limit - 1)) ? limit - 1 : limit;
  return `${text.slice(0, end)}…`;
}

/** The same on one line. */
export function cutLine(text: string, limit: number): string {
  return cut(text.replaceAll(/\s+/g, ' ').trim(), limit);
}
