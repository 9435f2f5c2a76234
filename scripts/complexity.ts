import { ESLint } from 'eslint';
import { parseArgs } from 'node:util';
import { ROOT } from '../test/harness/root.ts';

/**
 * `npm run complexity`: the cyclomatic complexity of every function of the product (or of `FILES`), as ESLint counts it; the most complex ones by name. One over
 * the limit fails.
 */
/** That of a lexer: one branch for each kind of token. */
const LIMIT = 50;
const SHOWN = 10;

const { positionals } = parseArgs({ allowPositionals: true });
const eslint = new ESLint({
  cwd: ROOT,
  overrideConfig: { rules: { complexity: ['error', 0] } },
  ruleFilter: ({ ruleId }) => ruleId === 'complexity',
});
const results = await eslint.lintFiles(positionals.length === 0 ? ['src/**/*.ts'] : positionals);
const functions = results
  .flatMap(({ filePath, messages }) =>
    messages.map(({ message, line }) => {
      const [, name = '', complexity = '0'] = /^(.*) has a complexity of (\d+)/.exec(message) ?? [];
      return { complexity: Number(complexity), where: `${filePath.slice(ROOT.length + 1)}:${String(line)}`, name };
    }),
  )
  .sort((a, b) => b.complexity - a.complexity);
const total = functions.reduce((sum, { complexity }) => sum + complexity, 0);
console.log(`${String(functions.length)} functions, complexity ${(total / functions.length).toFixed(2)} on average. The most complex:`);
for (const { complexity, where, name } of functions.slice(0, SHOWN))
  console.log(`${String(complexity).padStart(4)}  ${where}  ${name}${complexity > LIMIT ? `: OVER ${String(LIMIT)}` : ''}`);
process.exitCode = functions.length > 0 && functions.every(({ complexity }) => complexity <= LIMIT) ? 0 : 1;
