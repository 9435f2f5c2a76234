import type { Connection } from 'mysql2/promise';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { adminConnection, execute, type Flavor, type TestServer } from '../harness/servers/testServer.ts';

/** Stands in the file that must not be read, and (as hash) in the account that must not be seen. */
const SECRET = 'pilot-secret-marker';

const PLAIN_PASSWORD = 'plain-account-pw';

/** As docs/security.md advises. */
export const READER = { user: 'agent', password: 'agent-account-pw' } as const;

const FIXTURE = `
  DROP DATABASE IF EXISTS fence;
  CREATE DATABASE fence CHARACTER SET utf8mb4;
  USE fence;
  CREATE TABLE t (id INT PRIMARY KEY, a INT, b VARCHAR(50), c JSON, d DATETIME);
  INSERT INTO t VALUES (1, 10, 'x', '{"a": 1}', '2024-01-01'), (2, 20, 'y', '{}', NULL), (3, NULL, 'z', '[]', '2024-02-02 10:00:00');
  CREATE TABLE u (id INT PRIMARY KEY, t_id INT);
  INSERT INTO u VALUES (1, 1), (2, 1), (3, 2);
  CREATE TABLE ids (id INT PRIMARY KEY);
  CREATE TABLE log (n INT);
  CREATE TABLE \`order\` (\`from\` INT);
  CREATE TABLE odd_names (\`a b\` INT, \`;\` INT, \`--\` INT);
  CREATE TABLE s_table (id INT);
  CREATE TABLE ft (b TEXT, FULLTEXT (b)) ENGINE=InnoDB;
  CREATE TABLE p (id INT) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE);
  CREATE FUNCTION f_pure() RETURNS INT DETERMINISTIC NO SQL RETURN 1;
  CREATE FUNCTION f_write() RETURNS INT MODIFIES SQL DATA BEGIN INSERT INTO fence.log VALUES (1); RETURN 1; END;
  CREATE FUNCTION f_flip() RETURNS INT DETERMINISTIC BEGIN SET SESSION TRANSACTION READ WRITE; RETURN 1; END;
  CREATE FUNCTION f_lock() RETURNS INT DETERMINISTIC RETURN GET_LOCK('fence', 0);
  CREATE FUNCTION f_var() RETURNS INT DETERMINISTIC BEGIN SET @leak = 1; RETURN 1; END;
  CREATE FUNCTION \`count\`(x INT) RETURNS INT MODIFIES SQL DATA BEGIN INSERT INTO fence.log VALUES (2); RETURN x; END;
  CREATE FUNCTION \`now\`() RETURNS INT MODIFIES SQL DATA BEGIN INSERT INTO fence.log VALUES (3); RETURN 1; END;
  CREATE PROCEDURE p_write() BEGIN INSERT INTO fence.log VALUES (4); END;
  CREATE TRIGGER tr BEFORE INSERT ON ids FOR EACH ROW SET NEW.id = NEW.id;
  CREATE EVENT ev ON SCHEDULE EVERY 1 YEAR STARTS '2037-01-01' DO DELETE FROM fence.log;
  CREATE VIEW v_ok AS SELECT id, a FROM t WHERE a > 1;
  CREATE VIEW v_nested AS SELECT id FROM v_ok UNION SELECT t_id FROM u;
  CREATE VIEW v_sleep AS SELECT SLEEP(0.6) AS x;
  CREATE VIEW v_nested_sleep AS SELECT x FROM v_sleep;
  CREATE VIEW v_lock AS SELECT GET_LOCK('fence', 0) AS x;
  CREATE VIEW v_write AS SELECT f_write() AS x;
  CREATE VIEW v_flip AS SELECT f_flip() AS x;
  CREATE VIEW v_procfn AS SELECT f_var() AS x;
  CREATE VIEW v_pure AS SELECT f_pure() AS x;
  CREATE VIEW \`1v_sleep\` AS SELECT SLEEP(0.6) AS x;
  CREATE VIEW \`0b118\` AS SELECT GET_LOCK('fence', 0) AS x;
  CREATE VIEW \`7\` AS SELECT GET_LOCK('fence', 0) AS x;
  CREATE VIEW \`from\` AS SELECT GET_LOCK('fence', 0) AS x;
  CREATE TABLE 2024_sales (id INT);
  CREATE FUNCTION 1abs(x INT) RETURNS INT DETERMINISTIC RETURN GET_LOCK('fence', 0);
  CREATE FUNCTION \`7\`(x INT) RETURNS INT DETERMINISTIC RETURN GET_LOCK('fence', 0);
  CREATE VIEW v_user AS SELECT user, authentication_string FROM mysql.user;
  CREATE FUNCTION f_nested() RETURNS INT MODIFIES SQL DATA RETURN 1 + f_write();
  CREATE FUNCTION f_case() RETURNS INT MODIFIES SQL DATA BEGIN IF 1 = 1 THEN CASE WHEN 2 > 1 THEN INSERT INTO fence.log VALUES (5); END CASE; END IF; RETURN 1; END;
  CREATE FUNCTION f_cursor() RETURNS INT READS SQL DATA BEGIN DECLARE n INT; DECLARE c CURSOR FOR SELECT GET_LOCK('fence', 0); OPEN c; FETCH c INTO n; CLOSE c; RETURN n; END;
  CREATE FUNCTION f_secret() RETURNS VARCHAR(40) READS SQL DATA RETURN (SELECT MAX(s) FROM vault.secrets);
  CREATE VIEW v_deep3 AS SELECT x FROM v_nested_sleep UNION SELECT x FROM v_lock;
  CREATE VIEW v_union_lock AS SELECT 1 AS x UNION ALL SELECT GET_LOCK('fence', 0);
  CREATE VIEW v_cte_write AS WITH c AS (SELECT f_write() AS x) SELECT x FROM c;
  CREATE VIEW v_where_write AS SELECT id FROM t WHERE f_write() = 1;
  CREATE VIEW v_order_write AS SELECT id FROM t ORDER BY f_write(), id LIMIT 2;
  CREATE VIEW v_group_write AS SELECT COUNT(*) AS x FROM t GROUP BY f_write();
  CREATE VIEW v_case_lock AS SELECT CASE WHEN GET_LOCK('fence', 0) THEN 1 END AS x;
  CREATE VIEW v_sub_lock AS SELECT (SELECT GET_LOCK('fence', 0)) AS x;
  CREATE VIEW v_from_sub_lock AS SELECT x FROM (SELECT GET_LOCK('fence', 0) AS x) d;
  CREATE VIEW v_args_write AS SELECT GREATEST(1, COALESCE(NULL, f_write())) AS x;
  CREATE VIEW v_quoted_fn AS SELECT \`fence\`.\`f_write\`() AS x;
  CREATE VIEW v_join_lock AS SELECT t.id FROM t JOIN u ON GET_LOCK('fence', 0) = u.id;
  CREATE DEFINER = root@'%' SQL SECURITY DEFINER VIEW v_definer_flip AS SELECT f_flip() + f_write() AS x;
  DROP DATABASE IF EXISTS vault;
  CREATE DATABASE vault;
  CREATE TABLE vault.secrets (id INT PRIMARY KEY, s VARCHAR(40));
  INSERT INTO vault.secrets VALUES (1, '${SECRET}'), (2, 'other');
  CREATE SQL SECURITY INVOKER VIEW v_secrets AS SELECT * FROM vault.secrets;
  CREATE VIEW v_nested_secrets AS SELECT s FROM v_secrets WHERE id = 1;
  CREATE VIEW v_join_secrets AS SELECT t.id, v.s FROM t LEFT JOIN vault.secrets v ON v.id = t.id;
  DROP USER IF EXISTS 'plain'@'%', 'y'@'%', 'x'@'%', '${READER.user}'@'%';
  CREATE USER '${READER.user}'@'%' IDENTIFIED BY '${READER.password}';
  GRANT SELECT, SHOW VIEW ON fence.* TO '${READER.user}'@'%';
  CREATE USER 'plain'@'%' IDENTIFIED BY '${PLAIN_PASSWORD}';
  SET GLOBAL max_connections = 151;
  SET GLOBAL read_only = 0;
`;
const MORE: Readonly<Record<Flavor, string>> = {
  mysql: 'RESET PERSIST',
  mariadb: 'CREATE SEQUENCE fence.s; CREATE VIEW fence.v_seq AS SELECT NEXTVAL(fence.s) AS x',
};

/** Functions that some server has built in. In the database `shadow` each is a stored one that writes or switches READ ONLY off; a call without a database is hostile where this server lacks it. */
const SHADOWED =
  `ABS ADD_MONTHS ANY_VALUE AREA ASTEXT AVG BIN_TO_UUID BUFFER CAN_ACCESS_TABLE CAST CENTROID CHR COLUMN_GET COLUMN_JSON COLUMN_LIST CONCAT COUNT CRC32C CURDATE DATE_ADD DECODE DECODE_ORACLE DES_ENCRYPT DIMENSION DISTANCE ENCODE ENCRYPT ENVELOPE EQUALS ESCAPE EXTRACT FORMAT_BYTES FORMAT_PICO_TIME FROM_VECTOR GEOMCOLLECTION GEOMFROMTEXT GROUPING GTID_SUBSET GTID_SUBTRACT HEX ICU_VERSION IS_UUID JSON_COMPACT JSON_DETAILED JSON_EQUALS JSON_EXISTS JSON_KEY_VALUE JSON_LOOSE JSON_NORMALIZE JSON_QUERY JSON_SCHEMA_VALID JSON_SCHEMA_VALIDATION_REPORT JSON_STORAGE_FREE JSON_STORAGE_SIZE JSON_TABLE KDF LASTVAL LENGTHB LOAD_FILE MAX MBRCOVEREDBY MBRCOVERS MBREQUAL MD5 MEDIAN MID MIN NATURAL_SORT_KEY NEXTVAL NOW NVL NVL2 OLD_PASSWORD OVERLAPS PERCENTILE_CONT POINT POSITION PS_CURRENT_THREAD_ID PS_THREAD_ID REGEXP_LIKE ROLES_GRAPHML SFORMAT SHA SHA1 SLEEP STATEMENT_DIGEST STATEMENT_DIGEST_TEXT STD STRING_TO_VECTOR ST_COLLECT ST_GEOHASH ST_ISVALID ST_LATITUDE ST_LONGITUDE ST_MAKEENVELOPE ST_RELATE ST_SIMPLIFY ST_SWAPXY ST_TRANSFORM ST_VALIDATE SUBSTR SUM SYSDATE SYS_GUID TOUCHES TO_CHAR TO_DATE TO_VECTOR TRIM TRIM_ORACLE TRUNC USER_DEFINED UUID_TO_BIN UUID_V4 UUID_V7 VALIDATE_PASSWORD_STRENGTH VECTOR_DIM VEC_TOTEXT WITHIN XMLISVALID`.split(
    /\s+/,
  );

/** What the world looks like, by aspect. */
export type Snapshot = ReadonlyMap<string, string>;

const ASPECTS: readonly (readonly [string, string])[] = [
  ['rows of t', 'SELECT COUNT(*), SUM(id), SUM(a), SUM(CRC32(b)) FROM fence.t'],
  ['rows of u', 'SELECT COUNT(*), SUM(id), SUM(t_id) FROM fence.u'],
  ['rows of log', 'SELECT COUNT(*), SUM(n) FROM fence.log'],
  [
    'tables and views',
    `SELECT table_schema, table_name, table_type, engine FROM information_schema.tables
     WHERE table_schema NOT IN ('information_schema', 'performance_schema', 'mysql', 'sys', 'shop') ORDER BY 1, 2`,
  ],
  [
    'columns',
    "SELECT table_name, column_name, column_type, column_key FROM information_schema.columns WHERE table_schema = 'fence' ORDER BY 1, 2",
  ],
  ['views', "SELECT table_name, view_definition FROM information_schema.views WHERE table_schema = 'fence' ORDER BY 1"],
  ['routines', "SELECT routine_schema, routine_name FROM information_schema.routines WHERE routine_schema <> 'sys' ORDER BY 1, 2"],
  [
    'triggers and events',
    'SELECT trigger_name FROM information_schema.triggers UNION ALL SELECT event_name FROM information_schema.events ORDER BY 1',
  ],
  ['databases', 'SELECT schema_name, default_character_set_name FROM information_schema.schemata ORDER BY 1'],
  ['accounts', 'SELECT user, host, authentication_string, super_priv, insert_priv FROM mysql.user ORDER BY 1, 2'],
  ['plugins', 'SELECT plugin_name, plugin_status FROM information_schema.plugins ORDER BY 1'],
  ['servers', 'SELECT server_name FROM mysql.servers ORDER BY 1'],
  ['locks', "SELECT IS_USED_LOCK('fence') IS NOT NULL"],
  ['open transactions', 'SELECT COUNT(*) FROM information_schema.innodb_trx'],
];
const OWN_ASPECTS: Readonly<Record<Flavor, readonly (readonly [string, string])[]>> = {
  mysql: [
    ['variables', "SELECT * FROM performance_schema.global_variables WHERE variable_name NOT LIKE '%gtid%' ORDER BY 1"],
    [
      'metadata locks',
      `SELECT object_type, object_name, lock_type FROM performance_schema.metadata_locks
       WHERE owner_thread_id <> PS_CURRENT_THREAD_ID() AND lock_duration <> 'STATEMENT' AND (object_schema = 'fence' OR object_type IN ('GLOBAL', 'BACKUP LOCK')) ORDER BY 1, 2`,
    ],
  ],
  mariadb: [
    ['variables', "SELECT * FROM information_schema.global_variables WHERE variable_name NOT LIKE '%gtid%' ORDER BY 1"],
    ['sequence', 'SELECT next_not_cached_value FROM fence.s'],
  ],
};

/** A server with everything that hostile statements aim at, and an eye on it that does not go through the product. */
export class Fixture {
  readonly server: TestServer;
  /** A folder that the server may read and write; undefined where we cannot look into it. */
  readonly folder: string | undefined;
  #eye: Connection;

  private constructor(server: TestServer, folder: string | undefined, eye: Connection) {
    this.server = server;
    this.folder = folder;
    this.#eye = eye;
  }

  static async create(server: TestServer): Promise<Fixture> {
    const [row] = (await execute(server, 'SELECT @@secure_file_priv AS folder')) as { folder: string | null }[];
    const folder = server.owned && row?.folder !== null && row?.folder !== undefined ? row.folder.replace(/\/$/, '') : undefined;
    const fixture = new Fixture(server, folder, await adminConnection(server));
    await fixture.#shadowNatives();
    await fixture.restore();
    return fixture;
  }

  async #shadowNatives(): Promise<void> {
    // A server refuses a function that writes before it begins, so that another one has to switch READ ONLY off.
    const does = (i: number): string => (i % 2 === 0 ? 'SET SESSION TRANSACTION READ WRITE' : 'INSERT INTO fence.log VALUES (10)');
    const functions = SHADOWED.map(
      (name, i) => `CREATE FUNCTION \`${name}\`(x INT) RETURNS INT DETERMINISTIC MODIFIES SQL DATA BEGIN ${does(i)}; RETURN 1; END`,
    );
    const view = this.server.flavor === 'mysql' ? 'v_nvl AS SELECT NVL(1) AS x' : 'v_any AS SELECT ANY_VALUE(1) AS x';
    await execute(
      this.server,
      `DROP DATABASE IF EXISTS shadow; CREATE DATABASE shadow; USE shadow; ${functions.join('; ')}; CREATE VIEW shadow.${view}`,
    );
  }

  /** Puts everything back as it was at the start. */
  async restore(): Promise<void> {
    const { server, folder } = this;
    // MariaDB keeps a table open that was read as `#mysql50#…`, and then refuses to drop it under its own name.
    await execute(server, 'FLUSH TABLES');
    await execute(server, FIXTURE);
    await execute(server, MORE[server.flavor]);
    if (folder === undefined) {
      await execute(server, "CREATE VIEW v_load AS SELECT LOAD_FILE('/etc/passwd') AS x", 'fence');
      return;
    }
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'secret'), SECRET);
    await writeFile(path.join(folder, 'in.txt'), '777\n');
    await writeFile(path.join(folder, 'in.xml'), '<list><row><id>778</id></row></list>');
    await execute(server, `CREATE VIEW v_load AS SELECT LOAD_FILE('${folder}/secret') AS x`, 'fence');
  }

  /** Starts the server again if the statement before has ended it: without a guard some crash it. Resolves to true if it had. */
  async revive(): Promise<boolean> {
    const alive = await this.#eye.ping().then(
      () => true,
      () => false,
    );
    if (alive || !this.server.owned) return false;
    await this.server.kill(); // so that the one that is started is known to be the only one
    await this.server.start();
    this.#eye = await adminConnection(this.server);
    await this.restore();
    return true;
  }

  async snapshot(): Promise<Snapshot> {
    const seen = new Map<string, string>();
    for (const [aspect, sql] of [...ASPECTS, ...OWN_ASPECTS[this.server.flavor]]) {
      const rows = await this.#eye.query({ sql, rowsAsArray: true }).then(
        ([found]) => JSON.stringify(found),
        (error: unknown) => `error: ${(error as Error).message}`,
      );
      seen.set(aspect, rows);
    }
    if (this.folder !== undefined) seen.set('files', (await readdir(this.folder)).sort().join());
    return seen;
  }

  async dispose(): Promise<void> {
    await this.#eye.end();
    await this.server.dispose();
  }
}

/** The aspects in which two snapshots differ. */
export function differences(before: Snapshot, after: Snapshot): string[] {
  return [...before].filter(([aspect, text]) => after.get(aspect) !== text).map(([aspect]) => aspect);
}

/** True if a cell shows the secret file or the hash of an account. */
export function leaks(cells: readonly (string | null)[]): boolean {
  return cells.some(
    (cell) => cell !== null && (cell.includes(SECRET) || /\$A\$[0-9A-F]{3}\$|\*[0-9A-F]{40}|^0x24412430[0-9a-f]{4}24/.test(cell)),
  );
}
