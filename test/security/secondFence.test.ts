import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ConnectionTarget } from '../../src/engine/driver/profile.ts';
import { full } from '../harness/depth.ts';
import { ROOT } from '../harness/root.ts';
import { openedBy } from './faults/detectors.ts';
import { loadGuard } from './faults/fault.ts';
import { HOLES } from './faults/holes.ts';
import { Servers, type Place } from './faults/servers.ts';
import { DENIED, FLOODS, RULES, runHostile } from './hostileRun.ts';

/** One that holds its session is ended by the limit of its call. */
const MAX_MS = 1000;

/** The holes of the first fence, opened again one by one: what passes then is run through the product. */
suite('the second fence with a hole in the first', function () {
  full(this);
  this.timeout(600_000);
  let servers: Servers;
  const lines: string[] = [];

  suiteSetup(async () => {
    servers = await Servers.create();
  });
  suiteTeardown(async () => {
    await servers.dispose();
    const folder = path.join(ROOT, 'out/security');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'holes.json'), JSON.stringify(lines, undefined, 2));
  });

  for (const hole of HOLES) {
    test(`keeps every row: ${hole.name}`, async () => {
      const written: string[] = [];
      const guard = await loadGuard(hole);
      const places: readonly Place[] = hole.by === 'letters' ? ['folding'] : ['mysql', 'mariadb'];
      for (const place of places) {
        const fixture = await servers.fixture(place);
        const { host, port, root } = fixture.server;
        const target: ConnectionTarget = { host, port, user: root.user, database: 'fence', tls: 'preferred' };
        const secrets = { password: () => Promise.resolve(root.password), warn: () => undefined };
        const [open, ruled] = [await guard.openDatabase(target, secrets), await guard.openDatabase({ ...target, tables: RULES }, secrets)];
        let start = await fixture.snapshot();
        const counts = { passed: 0, hadEffects: 0, wroteRows: 0 };
        for (const one of (await openedBy(guard, servers, place)).filter(({ reason }) => reason !== FLOODS)) {
          counts.passed++;
          const { effects } = await runHostile(one.reason === DENIED ? ruled : open, one, fixture, start, MAX_MS);
          if (effects.length === 0) continue;
          counts.hadEffects++;
          const rows = effects.filter((effect) => effect.startsWith('rows of'));
          if (rows.length > 0) counts.wroteRows++;
          written.push(...rows.map((effect) => `${place}: ${one.sql} → ${effect}`));
          await fixture.restore();
          start = await fixture.snapshot();
        }
        await open.close();
        await ruled.close();
        lines.push(`${hole.name}; ${place}: ${JSON.stringify(counts)}`);
        console.log(`      · ${place}: ${JSON.stringify(counts)}`);
      }
      assert.deepEqual(written, []);
    });
  }
});
