import assert from 'node:assert/strict';
import { writeIdentifier, writeQualified, writeRoutineName } from '../../../../src/engine/sql/writtenNames.ts';

const MYSQL = { flavor: 'mysql', version: 90704 } as const;
const MARIADB = { flavor: 'mariadb', version: 101118 } as const;

suite('names as people write them', () => {
  test('quotes reserved words by flavor and version, on any server where it is not known', () => {
    for (const name of ['order', 'Group', 'KEY', 'table']) {
      for (const server of [MYSQL, MARIADB, undefined]) assert.equal(writeIdentifier(name, server), `\`${name}\``);
    }
    assert.equal(writeIdentifier('lead', MYSQL), '`lead`');
    assert.equal(writeIdentifier('lead', { flavor: 'mysql', version: 50744 }), 'lead');
    assert.equal(writeIdentifier('lead', MARIADB), 'lead');
    assert.equal(writeIdentifier('offset', MARIADB), '`offset`');
    assert.equal(writeIdentifier('offset', MYSQL), 'offset');
    assert.equal(writeIdentifier('lead'), '`lead`');
    assert.equal(writeIdentifier('offset'), '`offset`');
  });

  test('quotes what servers read as something else, and doubles back-ticks', () => {
    for (const name of ['_utf8mb4', '_binary', '1st', '1e5', '0x41', '$a', 'a b', 'é', 'a-b', '', 'SQL_NO_CACHE', 'value']) {
      assert.equal(writeIdentifier(name), `\`${name}\``);
    }
    assert.equal(writeIdentifier('a`b'), '`a``b`');
    for (const name of ['id', '_id', 'customer_name', 'count', 'date', 'Name2']) assert.equal(writeIdentifier(name), name);
  });

  test('quotes routines that are called like functions of the grammar, and each part of a qualified name', () => {
    assert.equal(writeRoutineName('max'), '`max`');
    assert.equal(writeRoutineName('refresh'), 'refresh');
    assert.equal(writeQualified({ database: 'order', name: 'id' }), '`order`.id');
  });
});
