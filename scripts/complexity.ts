import { ESLint } from 'eslint';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import tseslint from 'typescript-eslint';
import * as z from 'zod';
import { ROOT } from '../test/harness/root.ts';

/**
 * `npm run complexity`: the cyclomatic complexity of every function of the product (or of `FILES`), as ESLint counts it; the most complex ones by name. One over
 * the limit fails, unless .github/complexity-allow.json says why it may; such a function may not grow, and an entry that is no longer needed fails, too.
 * `--allow` is for tests.
 */
const LIMIT = 25;
const SHOWN = 10;

const AllowSchema = z.array(
  z.strictObject({
    /** File and name. */
    function: z.string().regex(/^\S+\.ts \S+$/),
    complexity: z
      .int()
      .min(LIMIT + 1)
      .describe('what it has today, and may not exceed'),
    reason: z.string().min(20),
  }),
);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { allow: { type: 'string', default: path.join(ROOT, '.github/complexity-allow.json') } },
});
const allowed = new Map(AllowSchema.parse(JSON.parse(readFileSync(values.allow, 'utf8'))).map((entry) => [entry.function, entry]));
// Its own configuration: the one of `npm run lint` loads the types of the whole project, which a count of branches does not need.
const eslint = new ESLint({
  cwd: ROOT,
  overrideConfigFile: true,
  overrideConfig: [
    {
      files: ['**/*.ts'],
      languageOptions: { parser: tseslint.parser },
      linterOptions: { reportUnusedDisableDirectives: 'off' },
      rules: { complexity: ['error', 0] },
    },
  ],
  ruleFilter: ({ ruleId }) => ruleId === 'complexity',
});
const results = await eslint.lintFiles(positionals.length === 0 ? ['src/**/*.ts'] : positionals);
const functions = results
  .flatMap(({ filePath, messages }) =>
    messages.map(({ message, line }) => {
      const [, kind = '', complexity = '0'] = /^(.*) has a complexity of (\d+)/.exec(message) ?? [];
      const file = path.relative(ROOT, filePath).replaceAll('\\', '/');
      const [name = kind] = /(?<=')[^']+(?='$)|#\S+$/.exec(kind) ?? [];
      return { complexity: Number(complexity), key: `${file} ${name}`, where: `${file}:${String(line)}`, kind };
    }),
  )
  .sort((a, b) => b.complexity - a.complexity);
const total = functions.reduce((sum, { complexity }) => sum + complexity, 0);
console.log(`${String(functions.length)} functions, complexity ${(total / functions.length).toFixed(2)} on average. The most complex:`);
let failed = functions.length === 0;
for (const [i, { complexity, key, where, kind }] of functions.entries()) {
  const entry = allowed.get(key);
  const limit = entry?.complexity ?? LIMIT;
  if (complexity > limit) failed = true;
  const verdict = complexity > limit ? `: OVER ${String(limit)}` : complexity > LIMIT ? ` (allowed: ${entry?.reason ?? ''})` : '';
  if (i < SHOWN || complexity > limit) console.log(`${String(complexity).padStart(4)}  ${where}  ${kind}${verdict}`);
}
const linted = new Set(results.map(({ filePath }) => path.relative(ROOT, filePath).replaceAll('\\', '/')));
for (const key of allowed.keys()) {
  const [file = ''] = key.split(' ');
  const needed = functions.some((one) => one.key === key && one.complexity > LIMIT);
  if (needed || (positionals.length > 0 && !linted.has(file))) continue;
  failed = true;
  console.error(`${key} is allowed, and needs it no longer: remove it from ${path.relative(ROOT, values.allow)}.`);
}
process.exitCode = failed ? 1 : 0;
