/** Controls, ends of lines, directions, characters without width or meaning of their own, and halves of pairs. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;
const UNPRINTABLES = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]+/gu;

/** Whether a name stays on its line and shows all that it holds: names of connections stand in questions about production. */
export function isPrintableLine(text: string): boolean {
  return !UNPRINTABLE.test(text);
}

/** A name of another program's file as one of ours; `otherwise` where nothing of it can be seen. */
export function toPrintableLine(text: string, otherwise: string, max = 200): string {
  const line = text
    .slice(0, 10 * max)
    .replaceAll(UNPRINTABLES, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const cut = line.slice(0, /[\uD800-\uDBFF]$/.test(line.slice(0, max)) ? max - 1 : max).trimEnd();
  return cut === '' ? otherwise : cut;
}
