import type { ServerWarning } from '../../engine/driver/session.ts';
import { visibleLine } from '../../engine/foreignText.ts';

/** Warnings in words, those that say the same as one, with their number: a statement over many rows has the same for each of them. */
export function warningTexts(warnings: readonly ServerWarning[]): readonly (Pick<ServerWarning, 'level'> & { readonly text: string })[] {
  const times = new Map<string, { readonly level: ServerWarning['level']; readonly count: number }>();
  for (const { level, errno, message } of warnings) {
    const text = `${level} ${String(errno)}: ${visibleLine(message)}`;
    times.set(text, { level, count: (times.get(text)?.count ?? 0) + 1 });
  }
  return Array.from(times, ([text, { level, count }]) => ({ level, text: count === 1 ? text : `${text} (× ${String(count)})` }));
}
