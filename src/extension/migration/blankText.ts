/** Keeps the lines, and what is behind the text at its place. */
export function blank(text: string): string {
  return text.replaceAll(/[^\r\n]/g, ' ');
}
