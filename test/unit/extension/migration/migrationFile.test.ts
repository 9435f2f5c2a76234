import assert from 'node:assert/strict';
import { splitScript } from '../../../../src/engine/sql/script.ts';
import { appliedPart, migrationTool } from '../../../../src/extension/migration/migrationFile.ts';

suite('migration files', () => {
  const named: readonly (readonly [path: string, tool: string | undefined])[] = [
    ['app/sql/V1__init.sql', 'Flyway'],
    ['app/sql/V2.1_3__add.sql', 'Flyway'],
    ['app/sql/R__views.sql', 'Flyway'],
    ['app/sql/U2__undo.sql', 'Flyway'],
    ['app/sql/B3__baseline.sql', 'Flyway'],
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
    ['BEGIN;\n--\n-- Add constraint price to model item\n--\nALTER TABLE t ADD a INT;\nCOMMIT;', 'Django'],
    ['--\n-- Table structure for table `t`\n--\nCREATE TABLE t (a INT);', undefined],
    ['-- +goose Up\nCREATE TABLE t (a INT);\n-- +goose Down\nDROP TABLE t;', 'goose'],
    ['-- +migrate Up\nCREATE TABLE t (a INT);', 'sql-migrate'],
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

  const partsOf = (text: string): string[] => {
    const part = appliedPart(text);
    assert.deepEqual(
      part.split('\n').map((line) => line.length),
      text.split('\n').map((line) => line.length),
    );
    return splitScript(part).map((one) => one.text);
  };

  for (const mark of ['+goose', '+migrate'])
    test(`reviews only what ${mark} applies, also of several parts`, () => {
      const text = `-- ${mark} Up\r\nCREATE TABLE t (a INT);\r\n-- ${mark} Down\r\nDROP TABLE t;\r\n-- ${mark} Up\r\nSELECT 1;\r\n`;
      assert.deepEqual(partsOf(text), ['CREATE TABLE t (a INT)', 'SELECT 1']);
    });

  test('takes the marks of Liquibase for comments, which they are not for MySQL, and its delimiters for those of a client', () => {
    const text = [
      '--liquibase formatted sql',
      '',
      '--changeset ann:1 runOnChange:true labels:"a b"',
      '--comment: first',
      '--preconditions onFail:MARK_RAN',
      'CREATE TABLE t (a INT);',
      '--rollback DROP TABLE t;',
      '',
      '--changeset ann:2 endDelimiter://',
      'CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END',
      '//',
      '--rollback DROP PROCEDURE p;',
      '--changeset ann:3 endDelimiter:"\\n\\$\\$"',
      'CREATE PROCEDURE q() BEGIN SELECT 3; END',
      '$$',
      '--changeset ann:4 dbms:postgresql,oracle',
      'CREATE EXTENSION x;',
      '--changeset ann:5 dbms:oracle,mariadb',
      'SELECT 5;',
      '--changeset ann:6 dbms:!mysql',
      'SELECT 6;',
      '-- changeset ann:7',
      'SELECT 7;',
    ].join('\n');
    assert.deepEqual(partsOf(text), [
      'CREATE TABLE t (a INT)',
      'CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END',
      'CREATE PROCEDURE q() BEGIN SELECT 3; END',
      'SELECT 5',
      'SELECT 7',
    ]);
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
