import assert from 'node:assert/strict';
import { full } from '../harness/depth.ts';
import { DETECTORS } from './faults/detectors.ts';
import { loadGuard, misplacedEdits, type DetectorName, type Fault } from './faults/fault.ts';
import { HOLES } from './faults/holes.ts';
import { JUDGE_FAULTS } from './faults/judgeFaults.ts';
import { LEXER_FAULTS } from './faults/lexerFaults.ts';
import { PARSER_FAULTS } from './faults/parserFaults.ts';
import { PRINTER_FAULTS } from './faults/printerFaults.ts';
import { RESOLVER_FAULTS } from './faults/resolverFaults.ts';
import { Servers } from './faults/servers.ts';

const FAULTS: readonly Fault[] = [...HOLES, ...LEXER_FAULTS, ...PARSER_FAULTS, ...PRINTER_FAULTS, ...JUDGE_FAULTS, ...RESOLVER_FAULTS];
/** These are looked for always, the others in the full depth. */
const SAMPLE: ReadonlySet<string> = new Set([
  'A3: one list of functions for all servers',
  'skipped comments do not nest',
  'BETWEEN takes the condition behind it',
  'names are sent without their database',
  'locking clauses are harmless',
]);

suite('faults that are seeded in the guard', function () {
  this.timeout(600_000);
  let servers: Servers;

  suiteSetup(async () => {
    servers = await Servers.create();
  });
  suiteTeardown(() => servers.dispose());

  for (const fault of FAULTS) {
    const one = test(`${fault.name}: found by ${fault.by}`, async () => {
      assert.notEqual(await DETECTORS[fault.by](await loadGuard(fault), servers), undefined);
    });
    if (!SAMPLE.has(fault.name)) full(one);
  }

  for (const name of Object.keys(DETECTORS) as DetectorName[])
    full(
      test(`the guard as it is has none that ${name} finds`, async () => {
        assert.equal(await DETECTORS[name](servers.sound, servers), undefined);
      }),
    );

  test('every one has its place in the sources of today', async () => {
    const misplaced = await Promise.all(
      FAULTS.map(async (fault) => (await misplacedEdits(fault)).map((edit) => ({ fault: fault.name, ...edit }))),
    );
    assert.deepEqual(misplaced.flat(), []);
  });

  test('there are enough of them, each with a name of its own, and a sample that is tried always', () => {
    const names = new Set(FAULTS.map((fault) => fault.name));
    assert.equal(names.size, FAULTS.length);
    assert.ok(names.size >= 40);
    for (const name of SAMPLE) assert.ok(names.has(name), name);
  });
});
