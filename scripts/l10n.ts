import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../test/harness/root.ts';
import { textsOf } from './texts.ts';

/** `npm run l10n`: brings the bundles to what the code says. New texts get an empty translation, which a test refuses; texts that are gone go. */
const texts = [...textsOf(ROOT)].sort();
for (const [name, of] of [
  ['bundle.l10n.json', (text: string, _: string | undefined) => text],
  ['bundle.l10n.ko.json', (_: string, before: string | undefined) => before ?? ''],
] as const) {
  const file = path.join(ROOT, 'l10n', name);
  const before = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, string>>;
  const after = Object.fromEntries(texts.map((text) => [text, of(text, before[text])]));
  writeFileSync(file, `${JSON.stringify(after, undefined, 2)}\n`);
  const open = Object.entries(after).filter(([, translation]) => translation === '');
  console.log(`${name}: ${String(texts.length)} texts, ${String(open.length)} without a translation.`);
}
