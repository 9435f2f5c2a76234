import { globSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../test/harness/root.ts';
import { run } from '../test/harness/run.ts';

/**
 * `npm run codeql`: GitHub's analysis of the code for security, by the program that its runners have (or `codeql` on the path). The findings go to
 * out/codeql.sarif, with `--upload` to GitHub's list of alerts (GITHUB_TOKEN with security-events: write).
 */
const { values } = parseArgs({ options: { upload: { type: 'boolean', default: false } } });
const [program = 'codeql'] = globSync('/opt/hostedtoolcache/CodeQL/*/x64/codeql/codeql').sort().reverse();
const database = path.join(ROOT, 'out/codeql');
const sarif = path.join(ROOT, 'out/codeql.sarif');
const codeql = (...args: string[]): Promise<string> => run(program, args, { cwd: ROOT });
await rm(database, { recursive: true, force: true });
await codeql('database', 'create', database, '--language=javascript-typescript', '--source-root', ROOT);
await codeql(
  'database',
  'analyze',
  database,
  '--format=sarif-latest',
  '--output',
  sarif,
  '--sarif-category=javascript-typescript',
  '--download',
  'codeql/javascript-queries:codeql-suites/javascript-security-extended.qls',
);
console.log(sarif);
if (values.upload) {
  const { GITHUB_REPOSITORY = '', GITHUB_REF = '', GITHUB_SHA = '' } = process.env;
  await codeql(
    'github',
    'upload-results',
    '--repository',
    GITHUB_REPOSITORY,
    '--ref',
    GITHUB_REF,
    '--commit',
    GITHUB_SHA,
    '--sarif',
    sarif,
  );
}
