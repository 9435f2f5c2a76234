import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { readOptionFile } from '../../../src/extension/import/myCnf.ts';
import { run } from '../../harness/run.ts';
import { clientProgram } from '../../harness/servers/clientProgram.ts';

/** What decides how a value is read. */
const VALUES = fc.string({
  unit: fc.constantFrom('a', 'b', '#', '"', "'", '\\', ' ', ';', 's', 'n', 't', '=', 'x', 'é', '$', '['),
  maxLength: 12,
});
const FILE = 60;

for (const flavor of ['mysql', 'mariadb'] as const)
  suite(`option files as the client of ${flavor} reads them`, function () {
    this.timeout(60_000);

    test('passwords with quotes, comments and escapes are the same (property)', async () => {
      const folder = await mkdtemp(path.join(tmpdir(), 'mpt-options-'));
      const { command, args } = await clientProgram(flavor, 'my_print_defaults');
      try {
        await fc.assert(
          fc.asyncProperty(fc.array(VALUES, { minLength: FILE, maxLength: FILE }), async (values) => {
            const file = path.join(folder, 'my.cnf');
            // `@` on both sides of each line, so that values with line ends can be told apart.
            const lines = values.map((value, i) => `[client_${String(i)}]\nuser=u\nbefore=@\npassword=${value}\nafter=@`);
            await writeFile(file, `${lines.join('\n')}\n`);
            const groups = values.map((_, i) => `client_${String(i)}`);
            const show = flavor === 'mysql' ? ['--show'] : [];
            const printed = await run(command, [...args, `--defaults-file=${file}`, ...show, ...groups], {});
            const theirs = [...printed.matchAll(/^--before=@\n--password(?:=([^]*?))?\n--after=@$/gm)].map(([, value = '']) => value);
            const found = readOptionFile(await readFile(file, 'utf8'), 'x');
            const ours = groups.map((group) => found.find(({ name }) => name === group.replace('client_', ''))?.password);
            assert.equal(theirs.length, FILE);
            assert.deepEqual(ours, theirs);
          }),
          { numRuns: 20 },
        );
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  });
