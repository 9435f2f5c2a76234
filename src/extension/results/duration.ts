import type { Translate } from '../../review/translate.ts';

/** For people: `12 ms`, `3.4 s`, `2 min 5 s`. */
export function durationText(milliseconds: number, t: Translate): string {
  if (milliseconds < 1000) return t('{0} ms', milliseconds);
  const tenths = Math.round(milliseconds / 100);
  if (tenths < 600) return t('{0} s', (tenths / 10).toFixed(1));
  const seconds = Math.round(milliseconds / 1000); // before it is split: 119.6 s is 2 min 0 s
  return t('{0} min {1} s', Math.floor(seconds / 60), seconds % 60);
}
