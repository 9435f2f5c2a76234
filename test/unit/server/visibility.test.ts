import assert from 'node:assert/strict';
import * as z from 'zod';
import { visibleQueries } from '../../../src/broker/visibleQueries.ts';
import { DatabaseCache } from '../../../src/engine/connection/databaseCache.ts';
import type { ConnectionProfile } from '../../../src/engine/driver/profile.ts';
import { accessTo, allowsWrites, describeAccess } from '../../../src/engine/policy/access.ts';
import { structureColumns } from '../../../src/engine/policy/structureColumns.ts';
import { isCatalog } from '../../../src/engine/policy/tableRules.ts';
import type { AgentVisibility } from '../../../src/engine/sql/agentVisibility.ts';
import type { ConnectionSource } from '../../../src/server/connections/connectionSource.ts';
import { Connections } from '../../../src/server/connections/connections.ts';
import type { Gives } from '../../../src/server/connections/visibility.ts';
import { limitsOf } from '../../../src/server/limits/limits.ts';
import { PROMPTS } from '../../../src/server/resources/prompts.ts';
import { RESOURCE_TEMPLATES } from '../../../src/server/resources/resources.ts';
import { allTools } from '../../../src/server/tools/builtInTools.ts';
import { savedQueryTool } from '../../../src/server/tools/savedQueryTool.ts';
import { defineTool, type ToolContext, type ToolDefinition } from '../../../src/server/tools/tool.ts';

const profile = (name: string, agents?: AgentVisibility): ConnectionProfile => ({
  ...{ id: name, name, host: 'h', port: 1, user: 'u', tls: 'disabled', createdAt: 0, agents },
  writes: { insert: 'allow' },
});

/** What each tool says that it gives: who adds one decides here, too. */
const GIVES: Readonly<Record<string, Gives | 'by its arguments'>> = {
  mysql_connections: 'by its arguments',
  mysql_search_schema: 'structure',
  mysql_describe: 'by its arguments',
  mysql_relationships: 'structure',
  mysql_query: 'statements',
  mysql_show: 'by its arguments',
  mysql_execute: 'data',
  mysql_explain: 'by its arguments',
  mysql_export: 'data',
  mysql_diagnose: 'structure',
  mysql_workload: 'data',
  mysql_index_advice: 'data',
  mysql_status: 'nothing',
};

suite('what answers give of a connection', () => {
  const connections = (...profiles: ConnectionProfile[]): Connections => {
    const fail = (): never => {
      throw new Error('Nothing is asked for here.');
    };
    const source = { listProfiles: () => Promise.resolve(profiles), getSecret: fail } as unknown as ConnectionSource;
    return new Connections(source, new DatabaseCache({ getSecret: fail, warn: fail }), (one) => one);
  };
  /** What a call with these arguments has declared. */
  const declared = async (name: string, args: Record<string, unknown>): Promise<Gives | undefined> => {
    let gives: Gives | undefined;
    const tool = allTools(limitsOf()).find((one) => one.name === name);
    await tool
      ?.call(args, (given) => {
        gives = given;
        throw new Error('declared');
      })
      .catch((error: unknown) => {
        assert.match(String(error), /declared/);
      });
    return gives;
  };

  test('every tool has declared it, and resources, prompts and completions are those that are known', () => {
    assert.deepEqual(Object.fromEntries(allTools(limitsOf()).map(({ name, gives }) => [name, gives])), GIVES);
    assert.equal(savedQueryTool({ name: 'q', description: 'd', sql: 'SELECT 1' }).gives, 'data');
    // These give structure (see `OtherReads`), and prompts nothing of a connection.
    assert.deepEqual(
      RESOURCE_TEMPLATES.map(({ name }) => name),
      ['databases', 'database', 'table'],
    );
    assert.deepEqual(
      PROMPTS.map(({ name }) => name),
      [...['explore_database', 'optimize_query', 'review_migration', 'check_data_quality', 'explain_schema']],
    );
  });

  test('what a call gives depends on the arguments that ask for rows', async () => {
    assert.equal(await declared('mysql_connections', {}), 'nothing');
    assert.equal(await declared('mysql_connections', { check: true }), 'structure');
    assert.equal(await declared('mysql_describe', { tables: ['a'], level: 'full' }), 'structure');
    assert.equal(await declared('mysql_describe', { tables: ['a'], sampleRows: 1 }), 'data');
    assert.equal(await declared('mysql_describe', { tables: ['a'], profile: ['b'] }), 'data');
    assert.equal(await declared('mysql_describe', { compareWith: 'b' }), 'structure');
    assert.equal(await declared('mysql_explain', { sql: 'SELECT 1' }), 'data');
    assert.equal(await declared('mysql_explain', { sql: '/* DROP */ DELETE FROM a -- ALTER TABLE' }), 'data');
    assert.equal(await declared('mysql_explain', { sql: '-- x\nALTER TABLE a ADD b INT' }), 'structure');
    assert.equal(await declared('mysql_show', { tables: ['a'] }), 'structure');
    for (const as of ['grid', 'chart', 'plan']) assert.equal(await declared('mysql_show', { sql: 'SELECT 1', as }), 'data');
  });

  test('a tool that has declared nothing reaches no connection', async () => {
    const definition = {
      ...{ name: 'careless', title: 'Careless', description: 'Forgets.', operation: 'read', input: () => z.strictObject({}) },
      run: async (_: unknown, { connections: own }: ToolContext) => (await own.open('shop')).profile.name,
    } as unknown as ToolDefinition<z.ZodObject>;
    const shop = connections(profile('shop'));
    const call = defineTool(definition, false).call({}, (gives) => ({ connections: shop.giving(gives) }) as unknown as ToolContext);
    await assert.rejects(call, /was not declared to give anything/);
    await assert.rejects(shop.giving('nothing').open('shop'), /was not declared to give anything/);
  });

  test('rows are refused where agents see structure, and any word that is not known hides the connection', async () => {
    const all = connections(
      profile('open'),
      profile('shut', 'none'),
      profile('plan', 'schema'),
      profile('later', 'some' as AgentVisibility),
    );
    assert.deepEqual(
      (await all.list()).map(({ name }) => name),
      ['open', 'plan'],
    );
    for (const name of ['shut', 'later']) {
      await assert.rejects(all.giving('structure').open(name), /There is no connection/);
      assert.equal(await all.nameOf(name), undefined);
    }
    await assert.rejects(all.giving('data').open('plan'), { code: 'statement.refused' });
  });

  test('who sees no rows changes none', () => {
    for (const agents of ['none', 'schema', 'some'] as AgentVisibility[]) {
      assert.equal(accessTo(profile('a', agents), 'insert'), 'readOnly');
      assert.equal(allowsWrites(profile('a', agents)), false);
    }
    assert.equal(describeAccess(profile('a', 'data')), 'may insert (unasked)');
  });

  test('saved queries go with the connection that they name, or with the only one', () => {
    const query = (name: string, connection?: string) => ({
      name,
      description: name,
      sql: 'SELECT 1',
      ...(connection === undefined ? {} : { connection }),
    });
    const queries = [query('a', 'Shut'), query('b', 'open'), query('c', 'gone'), query('d')];
    const names = (...profiles: ConnectionProfile[]): string[] => visibleQueries(queries, profiles).map(({ name }) => name);
    assert.deepEqual(names(profile('open'), profile('shut', 'none')), ['b', 'c', 'd']);
    assert.deepEqual(names(profile('shut', 'none')), ['b', 'c']);
    assert.deepEqual(names(profile('open')), ['a', 'b', 'c', 'd']);
  });

  test('the columns of each table of the catalog that agents see are listed, and no checksum of rows', () => {
    const tables =
      'CHARACTER_SETS CHECK_CONSTRAINTS COLLATIONS COLUMNS ENGINES EVENTS KEY_COLUMN_USAGE PARAMETERS PARTITIONS ROUTINES SCHEMATA STATISTICS TABLES TRIGGERS VIEWS';
    for (const name of [...tables.split(' '), 'REFERENTIAL_CONSTRAINTS', 'TABLE_CONSTRAINTS']) {
      assert.equal(isCatalog({ database: 'information_schema', name }), true);
      assert.ok((structureColumns(name.toLowerCase()) ?? []).length > 0, name);
      for (const column of ['CHECKSUM', 'UPDATE_TIME', 'CHECK_TIME', 'LAST_EXECUTED', 'HISTOGRAM', 'INFO'])
        assert.equal(structureColumns(name)?.includes(column), false, `${name}.${column}`);
    }
    assert.equal(structureColumns('COLUMN_STATISTICS'), undefined);
  });
});
