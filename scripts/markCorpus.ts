import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../test/harness/root.ts';
import { loadSample } from '../test/harness/servers/sample.ts';
import { startServer } from '../test/harness/servers/source.ts';
import type { Flavor } from '../test/harness/servers/testServer.ts';
import { corpusFiles, parseLine } from '../test/security/corpus.ts';
import { loadCorpusDatabases } from '../test/security/corpusDatabases.ts';
import { Fixture } from '../test/security/fixture.ts';
import { difference, PlainClient } from '../test/security/plainRun.ts';

/** Asks both servers which statements of the honest corpus they run, and writes the marks of the corpus anew. Fails if neither runs one. */
const clients = new Map<Flavor, PlainClient>();
const fixtures: Fixture[] = [];
for (const flavor of ['mysql', 'mariadb'] as const) {
  const server = await startServer(flavor, ['--log-bin=bin', '--server-id=1', '--log-bin-trust-function-creators=ON']);
  await loadSample(server);
  await loadCorpusDatabases(server);
  fixtures.push(await Fixture.create(server));
  clients.set(flavor, new PlainClient(server));
}
const words = process.argv.slice(2);
let failed = 0;
let total = 0;
for (const file of corpusFiles('honest').filter((name) => words.length === 0 || words.some((word) => name.includes(word)))) {
  let database = 'fence';
  const lines: string[] = [];
  const seen = new Set<string>();
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line.startsWith('#database ')) database = line.slice('#database '.length);
    lines.push(line === '' || line.startsWith('#') ? line : await mark(line, path.relative(ROOT, file), database, seen));
  }
  writeFileSync(file, lines.join('\n'));
}
console.log(`${String(total)} statements, ${String(failed)} that no server runs`);
for (const client of clients.values()) await client.close();
for (const fixture of fixtures) await fixture.dispose();
process.exit(failed === 0 ? 0 : 1);

async function mark(line: string, file: string, database: string, seen: Set<string>): Promise<string> {
  const { reason, sql, varies } = parseLine(line, database);
  total++;
  if (seen.has(sql)) console.log(`${file}: twice: ${sql}`);
  seen.add(sql);
  const runs: Flavor[] = [];
  const errors: string[] = [];
  let differs = varies;
  for (const [flavor, client] of clients) {
    const first = await client.run(sql, database, 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION');
    if (first.error !== undefined) {
      errors.push(`${flavor}: ${first.error}`);
      continue;
    }
    runs.push(flavor);
    if (!differs)
      differs =
        difference(
          first,
          await client.run(sql, database, 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'),
          true,
        ) !== undefined;
  }
  if (runs.length === 0) {
    failed++;
    console.log(`${file}: ${line}\n    ${errors.join('\n    ')}`);
    return line;
  }
  return `${runs.length === 1 ? `${String(runs[0])}: ` : ''}${differs ? 'varies: ' : ''}${reason} | ${line.slice(line.indexOf(' | ') + 3)}`;
}
