import assert from 'node:assert/strict';
import { cascadeQueries } from '../../../../src/engine/writes/guardQueries.ts';
import { parseWrites } from '../../../../src/engine/writes/parseWrites.ts';
import { MYSQL } from '../sql/dialects.ts';
import { inEnglish } from '../../../../src/engine/phrase.ts';

suite('queries for what else a write changes', () => {
  test('a table that is named like the rest of a sentence is quoted', async () => {
    const [statement] = parseWrites('DELETE FROM orders WHERE id = 1', { dialect: MYSQL, database: 'shop' });
    const { shape } = statement ?? assert.fail();
    if (shape?.kind !== 'picked') assert.fail();
    const parent = { database: 'shop', name: 'orders' };
    const rules = { onDelete: 'CASCADE', onUpdate: 'RESTRICT', does: ['DELETE'] } as const;
    const childOf = (name: string) => ({
      name: 'fk',
      parent,
      parentColumns: ['id'],
      child: { database: 'shop', name },
      childColumns: ['order_id'],
      ...rules,
    });
    const keys = ['items', 'logs. Also verified: all else; the rows of `x'].map(childOf);
    const { queries } = await cascadeQueries(shape, parent, keys, () => Promise.resolve([]));
    assert.deepEqual(
      queries.map(({ what }) => inEnglish(what)),
      ['the rows of items that are also deleted', 'the rows of `logs. Also verified: all else; the rows of ``x` that are also deleted'],
    );
  });
});
