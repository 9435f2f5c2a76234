import { parseArgs } from 'node:util';
import { startServer } from '../test/harness/servers/source.ts';
import type { Flavor } from '../test/harness/servers/testServer.ts';
import { Fuzzer } from '../test/security/fuzz/fuzzer.ts';
import { printingGuard } from '../test/security/fuzz/printingGuard.ts';

/** `npm run fuzz -- --count 1000000 --seed 1`: half of the statements on each of the two servers, side by side. */
const { values } = parseArgs({ options: { count: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } } });
const count = Math.ceil(Number(values.count) / 2);
const seed = Number(values.seed);
const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;

async function fuzz(flavor: Flavor): Promise<number> {
  const server = await startServer(flavor);
  try {
    const fuzzer = await Fuzzer.open(server, printingGuard(flavor));
    const began = performance.now();
    const { total, parsed, admitted, productions, failures } = await fuzzer.run(count, seed);
    await fuzzer.close();
    const seconds = Math.round((performance.now() - began) / 1000);
    console.log(
      `${flavor}: ${String(total)} statements in ${String(seconds)} s (seed ${String(seed)}), ${percent(parsed, total)} parse on the server, ` +
        `${percent(admitted, total)} admitted and run, ${String(failures.length)} failures`,
    );
    for (const [name, uses] of [...productions].sort()) console.log(`  ${name}: ${String(uses)}`);
    for (const failure of failures) console.log(`  ✘ ${failure}`);
    return failures.length;
  } finally {
    await server.dispose();
  }
}

const failures = await Promise.all([fuzz('mysql'), fuzz('mariadb')]);
process.exit(failures.every((found) => found === 0) ? 0 : 1);
