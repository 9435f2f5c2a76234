import { globSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { TextlintKernel, type TextlintKernelOptions, type TextlintRuleModule } from '@textlint/kernel';
import markdown from '@textlint/textlint-plugin-markdown';
import plain from '@textlint/textlint-plugin-text';
import { lint as spell } from 'cspell';
import { ROOT } from '../test/harness/root.ts';
import { BRITISH, SAMPLE } from './words/british.ts';
import { handwrittenNotes } from './release/notes.ts';
import { OLD_NAMES } from './words/oldNames.ts';
import { agentTexts } from './words/agentTexts.ts';
import { sentences } from './words/sentences.ts';
import { TERMS } from './words/terms.ts';

/**
 * `npm run words`: what people read is spelled as American English (cspell, cspell.json), has sentences that are read in one breath, and none of the terms that were
 * left behind (textlint). Covers the documents, the manifest, the texts of the window and of the server; what agents read
 * most is spelled in docs/errors.md and docs/reference.md. Of code only British spellings and old names. `--root` is for tests.
 */
const { values } = parseArgs({ options: { root: { type: 'string', default: ROOT } } });
const root = path.resolve(values.root);
const PAGES = ['*.md', 'docs/*.md'];
/** Generated, except the notes of the next release, which a person may have written. */
const MADE = new Set(['CHANGELOG.md', 'docs/benchmarks.md', 'docs/parity.md']);
const STRINGS = ['package.nls.json', 'l10n/bundle.l10n.json'];
/** Names, comments and titles: words of others, and what shows that a word is found, are left out. */
const CODE = ['{src,test,scripts}/**/*.{ts,mjs,cjs}', '*.{js,mjs}', '.github/**/*.{yml,json}'];
const OTHERS = /^(?:test\/security\/corpus\/|test\/unit\/scripts\/words\.test\.ts$|scripts\/words\/)/;
const OLD = new RegExp(`\\b(${Object.keys(OLD_NAMES).join('|')})\\b`, 'g');
const SPELLED = [...PAGES, ...STRINGS, 'package.json', 'media/**/*.md'];

const kernel = new TextlintKernel();
const plugins = [
  { pluginId: 'markdown', plugin: markdown.default },
  { pluginId: 'text', plugin: plain.default },
];
// It is CommonJS, without types.
const { default: terminology } = createRequire(import.meta.url)('textlint-rule-terminology') as { readonly default: TextlintRuleModule };
const rules: TextlintKernelOptions['rules'] = [
  { ruleId: 'sentences', rule: sentences },
  {
    ruleId: 'terms',
    rule: terminology,
    options: { defaultTerms: false, terms: TERMS.map(([pattern, instead]) => [`\\b${pattern}\\b`, instead]) },
  },
];

const problems: string[] = [];
const pages = PAGES.flatMap((pattern) => globSync(pattern, { cwd: root })).filter((file) => !MADE.has(file));
for (const file of pages.sort()) {
  const { messages } = await kernel.lintText(await readFile(path.join(root, file), 'utf8'), { filePath: file, ext: '.md', plugins, rules });
  for (const { loc, message } of messages) problems.push(`${file}:${String(loc.start.line)}: ${message}`);
}
const changelog = await readFile(path.join(root, 'CHANGELOG.md'), 'utf8').catch(() => '');
for (const { message } of (
  await kernel.lintText(handwrittenNotes(changelog) ?? '', { filePath: 'CHANGELOG.md', ext: '.md', plugins, rules })
).messages)
  problems.push(`CHANGELOG.md: ${message}`);
const fromStrings = STRINGS.flatMap((file) =>
  Object.values(JSON.parse(readFileSync(path.join(root, file), 'utf8')) as Record<string, string>).map((text) => ({ file, text })),
);
// A paragraph each, of one line.
const texts = [...fromStrings, ...agentTexts(root)].map(({ file, text }) => ({ file, text: text.replaceAll(/\s+/g, ' ') }));
const { messages: ofTexts } = await kernel.lintText(texts.map(({ text }) => text).join('\n\n'), {
  filePath: 'texts.txt',
  ext: '.txt',
  plugins,
  rules,
});
for (const { loc, message } of ofTexts) {
  const { file = '', text = '' } = texts[(loc.start.line - 1) / 2] ?? {};
  problems.push(`${file}: “${text}”: ${message}`);
}
await spell(
  SPELLED,
  { root, config: path.join(ROOT, 'cspell.json'), unique: true, color: false, progress: false, showContext: false },
  {
    issue: ({ uri = '', row, text }) =>
      problems.push(`${path.relative(root, uri.replace(/^file:\/\//, ''))}:${String(row)}: Unknown word “${text}”.`),
    info: () => undefined,
    debug: () => undefined,
    error: (message, error) => {
      throw new Error(message, { cause: error });
    },
    progress: () => undefined,
    result: () => undefined,
  },
);

for (const file of CODE.flatMap((pattern) => globSync(pattern, { cwd: root })).filter((one) => !OTHERS.test(one))) {
  const lines = (await readFile(path.join(root, file), 'utf8')).split('\n');
  for (const [i, line] of lines.entries()) {
    for (const [, name = ''] of line.matchAll(OLD))
      problems.push(`${file}:${String(i + 1)}: “${name}” is called ${OLD_NAMES[name] ?? ''}.`);
    for (const [word] of SAMPLE.test(line) ? [] : line.matchAll(BRITISH))
      problems.push(`${file}:${String(i + 1)}: British spelling “${word}”.`);
  }
}

for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0
    ? 'Every word is one of ours.'
    : `${String(problems.length)} words or sentences are not as docs and texts have them.`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
