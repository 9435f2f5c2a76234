import assert from 'node:assert/strict';
import { typeName } from '../../../src/review/typeName.ts';

suite('the types of objects in sentences', () => {
  const t = (text: string): string => text;

  test('several partitions that one statement names are a plural', () => {
    assert.deepEqual([typeName('PARTITION', t), typeName('PARTITION', t, 2)], ['partition', 'partitions']);
  });

  test('types that one statement can only name once stay in the singular', () => {
    assert.equal(typeName('DATABASE', t, 1), 'database');
    assert.equal(typeName('RESOURCE', t, 1), 'resource');
  });
});
