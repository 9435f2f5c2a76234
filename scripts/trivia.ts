import { parseArgs } from 'node:util';
import { parseStatements } from '../src/engine/sql/parser/parse.ts';
import { print } from '../src/engine/sql/printer/print.ts';
import { readCorpus } from '../test/security/corpus.ts';
import { checkTrivia, DIALECTS } from '../test/security/trivia.ts';

/** `npm run trivia -- --count 1000000 --seed 1`: comments and blanks between the tokens of both corpora; half of the cases for each server. */
const { values } = parseArgs({ options: { count: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } } });
const BATCH = 10_000;
let failed = 0;
for (const flavor of ['mysql', 'mariadb'] as const) {
  const texts = [...readCorpus('honest'), ...readCorpus('hostile')].filter(({ flavors }) => flavors.includes(flavor)).map(({ sql }) => sql);
  const began = performance.now();
  let total = 0;
  for (let batch = 0; total < Number(values.count) / 2; batch++) {
    const report = checkTrivia(texts, { parseStatements, print }, DIALECTS[flavor], BATCH, Number(values.seed) + batch * 3);
    total += report.total;
    failed += report.failures.length;
    for (const failure of report.failures) console.log(`  ✘ ${failure}`);
    if (failed > 200) break;
  }
  console.log(
    `${flavor}: ${String(total)} texts in ${String(Math.round((performance.now() - began) / 1000))} s, ${String(failed)} failures so far`,
  );
}
process.exit(failed === 0 ? 0 : 1);
