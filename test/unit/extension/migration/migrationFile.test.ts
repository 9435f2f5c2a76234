import assert from 'node:assert/strict';
import { splitScript } from '../../../../src/engine/sql/script.ts';
import { appliedPart, migrationTool } from '../../../../src/extension/migration/migrationFile.ts';

suite('migration files', () => {
  const named: readonly (readonly [path: string, tool: string | undefined])[] = [
    ['app/sql/V1__init.sql', 'Flyway'],
    ['app/sql/V2.1_3__add.sql', 'Flyway'],
    ['app/sql/R__views.sql', 'Flyway'],
    ['app/sql/V1_init.sql', undefined],
    ['app/sql/Views__all.sql', undefined],
    ['prisma/migrations/20210313140442_init/migration.sql', 'Prisma'],
    ['prisma/migrations/init/migration.sql', undefined],
    ['drizzle/0000_cool_name.sql', 'Drizzle'],
    ['drizzle/20240924125510_cool/migration.sql', 'Drizzle'],
    ['db/1481574547_create_users.up.sql', 'golang-migrate'],
    ['db/1481574547_create_users.down.sql', undefined],
    ['db/structure.sql', 'Rails'],
    ['db/cache_structure.sql', 'Rails'],
    ['doc/structure.sql', undefined],
    ['database/schema/mysql-schema.sql', 'Laravel'],
    ['schema/mysql.sql', undefined],
    ['migrations/20240101120000_users.sql', 'other'],
    ['shop/migrations/0002_add.sql', 'other'],
    ['C:\\app\\sql\\V1__init.sql', 'Flyway'],
    ['reports/2024.sql', undefined],
  ];
  for (const [path, tool] of named)
    test(`${path} ${tool === undefined ? 'is not recognized' : `is recognized as ${tool}`}`, () => {
      assert.equal(migrationTool(path, 'SELECT 1;'), tool);
    });

  for (const [text, tool] of [
    ['--liquibase formatted sql\n--changeset me:1\nCREATE TABLE t (a INT);', 'Liquibase'],
    ['-- liquibase formatted sql\r\n', 'Liquibase'],
    ['-- migrate:up\nCREATE TABLE t (a INT);\n-- migrate:down\nDROP TABLE t;', 'dbmate'],
    ['CREATE TABLE t (a INT);\n--> statement-breakpoint\nCREATE TABLE u (a INT);', 'Drizzle'],
    ['-- Running upgrade  -> 1975ea83b712\n\nCREATE TABLE t (a INT);', 'Alembic'],
    ['--\r\n-- Create model User\r\n--\r\nCREATE TABLE t (a INT);', 'Django'],
    ["SELECT ' -- migrate:up';", undefined],
  ] as const)
    test(`${JSON.stringify(text.slice(0, 30))} is ${tool ?? 'no migration'} by its contents`, () => {
      assert.equal(migrationTool('any.sql', text), tool);
    });

  test('reviews only the up part of a dbmate file, with each statement at its place', () => {
    const text = '-- first\n-- migrate:up transaction:false\nCREATE TABLE t (a INT);\n-- migrate:down\nDROP TABLE t;\n';
    const part = appliedPart(text);
    assert.equal(part.length, text.length);
    assert.equal(part.indexOf('CREATE TABLE'), text.indexOf('CREATE TABLE'));
    assert.ok(!part.includes('DROP'));
    assert.equal(part.split('\n').length, text.split('\n').length);
  });

  test("splits at Drizzle's marks, which MySQL does not take for comments, on a line of their own or behind a statement", () => {
    const text = 'CREATE TABLE t (a INT);\n--> statement-breakpoint\nALTER TABLE t ADD b INT--> statement-breakpoint\nSELECT 1;';
    const part = appliedPart(text);
    assert.deepEqual(
      splitScript(part).map((one) => one.text),
      ['CREATE TABLE t (a INT)', 'ALTER TABLE t ADD b INT', 'SELECT 1'],
    );
    assert.equal(part.indexOf('SELECT'), text.indexOf('SELECT'));
  });

  test('leaves other files as they are', () => {
    const text = 'CREATE TABLE t (a INT);\r\n-- migrate: later\r\n';
    assert.equal(appliedPart(text), text);
  });
});
