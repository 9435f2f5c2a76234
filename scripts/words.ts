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
import { agentTexts } from './words/agentTexts.ts';
import { sentences } from './words/sentences.ts';
import { TERMS } from './words/terms.ts';

/**
 * `npm run words`: what people read is spelled as American English (cspell, cspell.json), has sentences that are read in one breath, and none of the terms that were
 * left behind (textlint). Covers the documents, the manifest, the texts of the window and of the server; what agents read
 * most is spelled in docs/errors.md and docs/reference.md. `--root` is for tests.
 */
const { values } = parseArgs({ options: { root: { type: 'string', default: ROOT } } });
const root = path.resolve(values.root);
const PAGES = ['*.md', 'docs/*.md'];
/** Written by machines. */
const MADE = new Set(['CHANGELOG.md', 'docs/benchmarks.md', 'docs/parity.md']);
/** Pages that were not gone through yet: each that is comes off this list. */
const LATER = new Set(['docs/decisions.md', 'docs/performance.md', 'docs/security.md', 'docs/standalone.md', 'docs/deployment.md']);
const STRINGS = ['package.nls.json', 'l10n/bundle.l10n.json'];
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
const pages = PAGES.flatMap((pattern) => globSync(pattern, { cwd: root })).filter((file) => !MADE.has(file) && !LATER.has(file));
for (const file of pages.sort()) {
  const { messages } = await kernel.lintText(await readFile(path.join(root, file), 'utf8'), { filePath: file, ext: '.md', plugins, rules });
  for (const { loc, message } of messages) problems.push(`${file}:${String(loc.start.line)}: ${message}`);
}
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

for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0
    ? 'Every word is one of ours.'
    : `${String(problems.length)} words or sentences are not as docs and texts have them.`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
