import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { startLight } from './callers.ts';
import type { Call, Contestant } from './contestants.ts';
import { spread } from './figures.ts';
import type { Figure, Value } from './results.ts';

/** A figure with its goal as a test. */
export type Measured = Omit<Figure, 'met'> & { readonly reached: (ratio: number, value: number) => boolean };

const TABLES = 5000;

/** What it costs to look around: names of 5,000 tables, and one table in full. In time and in the tokens that an agent reads. */
export async function schemaFigures(
  contestants: readonly Contestant[],
  /** Those that list the tables of their own database alone, started with that of the many. */
  inWarehouse: readonly Contestant[],
  rounds: number,
): Promise<Measured[]> {
  const names: Record<string, Value> = {};
  const describe: Record<string, Value> = {};
  for (const contestant of contestants) {
    const { name, tables, describe: one } = contestant;
    if (tables !== undefined)
      names[name] = await ask(
        inWarehouse.find((other) => other.name === name) ?? contestant,
        tables('warehouse'),
        rounds,
        (text) => `${String(text.match(/\b[a-z]+_[a-z]+_\d+\b/g)?.length ?? 0)} names in it`,
      );
    if (one !== undefined) describe[name] = await ask(contestant, one('shop', 'orders'), rounds, kinds);
  }
  const how = 'Warm, with a light client, without TLS; tokens by o200k.';
  return [
    {
      figure: `Names of ${String(TABLES)} tables`,
      how: `${how} Ours groups what is alike and says how the rest is found: mysql_search_schema finds each by its words.`,
      unit: 'ms',
      goal: 'under 100 ms, 3,000 tokens, all findable',
      values: names,
      reached: (_, ms) => ms < 100 && tokensOf(names['MySQL Pilot']) <= 3000,
    },
    {
      figure: 'One table described',
      how: `${how} \`orders\`: 7 columns, 2 indexes, a foreign key, a check, comments.`,
      unit: 'ms',
      goal: '6 ms, 200 tokens, in full',
      values: describe,
      reached: (_, ms) => ms <= 6 && tokensOf(describe['MySQL Pilot']) <= 200,
    },
  ];
}

const tokensOf = (value: Value | undefined): number => Number(/^(\d+) tokens/.exec(value?.note ?? '')?.[1]);

/** What a description tells. */
function kinds(text: string): string {
  const told = {
    keys: /PRIMARY|\bPRI\b|\bPK\b/i,
    'foreign keys': /FOREIGN|references|\bFK\b/i,
    comments: /free text from the buyer/, // the comment of a column
    indexes: /ix_customer_placed/,
  };
  const found = Object.entries(told).flatMap(([kind, pattern]) => (pattern.test(text) ? [kind] : []));
  return found.length === 0 ? 'columns only' : `with ${found.join(', ')}`;
}

async function ask(contestant: Contestant, call: Call, rounds: number, note: (text: string) => string): Promise<Value> {
  const client = await startLight(contestant);
  const times: number[] = [];
  let text = '';
  try {
    for (let i = -1; i < rounds; i++) {
      const started = performance.now();
      text = await client.call(call);
      if (i >= 0) times.push(performance.now() - started);
    }
    return { value: spread(times), note: `${String(countTokens(text))} tokens, ${note(text)}` };
  } catch (error) {
    return { value: spread([NaN]), note: `failed: ${String(error).slice(0, 200)}` };
  } finally {
    await client.close();
  }
}
