import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { startLight } from './callers.ts';
import type { Contestant } from './contestants.ts';
import { Rounds } from './figures.ts';
import { LightClient } from './lightClient.ts';

/** Milliseconds from spawn to the list of tools, and to the first row; `node` is a Node that starts, runs nothing and ends. */
export async function starts(
  contestants: readonly Contestant[],
  rounds: number,
): Promise<{ readonly toTools: Rounds; readonly toFirstRow: Rounds }> {
  const toTools = new Rounds();
  const toFirstRow = new Rounds();
  for (let round = -1; round < rounds; round++) {
    const counts = round >= 0;
    const started = performance.now();
    await once(spawn(process.execPath, ['-e', '0']), 'exit');
    if (counts) for (const found of [toTools, toFirstRow]) found.add('node', performance.now() - started);
    for (const { name, launch, first, query } of contestants) {
      const toList = await timed(launch, async (client) => {
        if ((await client.request('tools/list')).result?.tools?.length === 0) throw new Error(`${name} has no tools.`);
      });
      const toRow = await timed(launch, async (client) => {
        if (first !== undefined) await client.call(first);
        await client.call(query('SELECT * FROM orders WHERE id = 1'));
      });
      if (!counts) continue;
      toTools.add(name, toList);
      toFirstRow.add(name, toRow);
    }
  }
  return { toTools, toFirstRow };
}

async function timed(launch: Contestant['launch'], ask: (client: LightClient) => Promise<void>): Promise<number> {
  const started = performance.now();
  const client = await LightClient.start(launch);
  await ask(client);
  const ms = performance.now() - started;
  await client.close();
  return ms;
}

/** Resident memory three seconds after a query, in MB. */
export async function memories(contestants: readonly Contestant[], rounds: number): Promise<Rounds> {
  const found = new Rounds();
  for (let round = 0; round < rounds; round++) {
    for (const contestant of contestants) {
      const client = await startLight(contestant);
      await client.call(contestant.query('SELECT * FROM orders WHERE id = 1'));
      await sleep(3000);
      found.add(contestant.name, client.usage().residentMb);
      await client.close();
    }
  }
  return found;
}
