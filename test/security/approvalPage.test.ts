import assert from 'node:assert/strict';
import { full } from '../harness/depth.ts';
import { ATTACKS } from './approvalPage/attacks.ts';
import { PAGE_FAULTS } from './approvalPage/faults.ts';
import { loadPages, World, type PageFault } from './approvalPage/world.ts';

/** A page is served for so long after its write, here. */
const LINGER_MS = 1000;

const attack = async (name: string, fault?: PageFault): Promise<void> => {
  const pages = new (await loadPages(fault))(LINGER_MS);
  try {
    await ATTACKS[name]?.(new World(pages));
  } finally {
    await pages.close();
  }
};

suite('the approval page is attacked', function () {
  this.timeout(60_000);

  for (const name of Object.keys(ATTACKS))
    test(`refuses ${name}`, async () => {
      await attack(name);
    });

  for (const fault of PAGE_FAULTS)
    full(
      test(`${fault.by} finds ${fault.name}`, async () => {
        await assert.rejects(attack(fault.by, fault), (error) => !String(error).includes('is not in'));
      }),
    );

  test('every fault is found by an attack that there is', () => {
    assert.deepEqual(
      PAGE_FAULTS.filter(({ by }) => ATTACKS[by] === undefined),
      [],
    );
  });
});
