import type { Connection } from 'mysql2/promise';
import { adminConnection, execute, type TestServer } from '../../harness/servers/testServer.ts';

/** Values of rows, found nowhere in the structure. */
export const ROWS = { text: 'ZqXwVkJy', number: '918273645', date: '1987-06-05', json: 'WqKzPvXj' } as const;
/** Values that stand in the structure, which agents see. */
const STRUCTURE = { default: 'structure-default', comment: 'structure-comment', option: 'structure-option' } as const;

/** Every form of a value that an answer must not have. */
export function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const parts = Array.from({ length: value.length - 3 }, (_, i) => value.slice(i, i + 4));
  const isDigits = /^[\d-]+$/.test(value);
  return [
    value,
    Array.from(value).reverse().join(''),
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    ...(isDigits ? [] : parts),
    ...(isDigits ? [] : [Array.from(value, (ch) => String(ch.charCodeAt(0))).join(',')]),
  ];
}

const FORMS = Object.values(ROWS)
  .flatMap(formsOf)
  .map((form) => form.toLowerCase());

/** The forms of values of rows that a text has. */
export function canariesIn(text: string): string[] {
  const lower = text.toLowerCase();
  return FORMS.filter((form) => lower.includes(form));
}

const OBJECTS = `
  DROP DATABASE IF EXISTS vault;
  CREATE DATABASE vault;
  CREATE TABLE vault.people (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(40) NOT NULL DEFAULT '${STRUCTURE.default}' COMMENT '${STRUCTURE.comment}',
    pin INT, born DATE, doc JSON, kind ENUM('${STRUCTURE.option}', 'b'), upper_name VARCHAR(40) AS (UPPER(name)) VIRTUAL, KEY (name), KEY (pin),
    CHECK (pin > 0)) COMMENT = '${STRUCTURE.comment}';
  INSERT INTO vault.people (name, pin, born, doc) VALUES ('${ROWS.text}', ${ROWS.number}, '${ROWS.date}', '{"k": "${ROWS.json}"}');
  CREATE TABLE vault.words (id INT PRIMARY KEY, body TEXT, FULLTEXT (body)) ENGINE = MyISAM CHECKSUM = 1;
  INSERT INTO vault.words VALUES (1, '${ROWS.text} ${ROWS.number}');
  CREATE TABLE vault.parts (id INT, name VARCHAR(40)) PARTITION BY HASH (id) PARTITIONS 2;
  INSERT INTO vault.parts VALUES (1, '${ROWS.text}');
  CREATE VIEW vault.merged AS SELECT id, name AS n, pin FROM vault.people;
  CREATE ALGORITHM = TEMPTABLE VIEW vault.copied AS SELECT name AS n, COUNT(*) AS c FROM vault.people GROUP BY name;
  CREATE FUNCTION vault.leak() RETURNS VARCHAR(40) READS SQL DATA DETERMINISTIC RETURN (SELECT MAX(name) FROM vault.people);
  CREATE PROCEDURE vault.show_all() SELECT * FROM vault.people;
  CREATE TRIGGER vault.keep BEFORE UPDATE ON vault.people FOR EACH ROW SET NEW.kind = OLD.kind;
  CREATE TABLE vault.late (v VARCHAR(40));
  CREATE FUNCTION vault.latest() RETURNS VARCHAR(40) READS SQL DATA DETERMINISTIC RETURN (SELECT MAX(v) FROM vault.late);
  CREATE VIEW vault.stale_path AS SELECT EXTRACTVALUE('<a/>', CONCAT('~', vault.latest())) AS x;
  CREATE VIEW vault.stale_change AS SELECT UPDATEXML('<a/>', CONCAT('~', vault.latest()), '') AS x;
  CREATE VIEW vault.stale_number AS SELECT ROUND(1, vault.latest()) AS x, TRUNCATE(5.555, vault.latest()) AS y;
  CREATE VIEW vault.stale_over AS SELECT x FROM vault.stale_number;
  INSERT INTO vault.late VALUES ('${ROWS.text}');
  CREATE EVENT vault.later ON SCHEDULE EVERY 1 YEAR STARTS '2037-01-01' DO DELETE FROM vault.parts;
`;

const HISTOGRAM = {
  mysql: 'ANALYZE TABLE vault.people UPDATE HISTOGRAM ON name, pin WITH 8 BUCKETS',
  mariadb: 'ANALYZE TABLE vault.people PERSISTENT FOR ALL',
};

/** Values in rows, and everywhere else that a server keeps values of rows. Resolves to what holds them there. */
export async function plantCanaries(server: TestServer, flavor: 'mysql' | 'mariadb'): Promise<() => Promise<void>> {
  await execute(server, 'SET GLOBAL log_bin_trust_function_creators = 1');
  await execute(server, OBJECTS);
  await execute(server, HISTOGRAM[flavor]);
  await execute(server, `SET GLOBAL init_connect = "SET @c = '${ROWS.text}'"`); // not for who may connect always
  await execute(server, "SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = 1");
  const open: Connection[] = [];
  const session = async (): Promise<Connection> => {
    const one = await adminConnection(server, 'vault');
    open.push(one);
    return one;
  };
  const busy = await session();
  await busy.query(`SET @planted = '${ROWS.text}'`);
  await busy.query(`PREPARE planted FROM 'SELECT * FROM people WHERE name = ''${ROWS.text}'' AND pin = ${ROWS.number}'`);
  await busy.query('EXECUTE planted');
  await busy.query(`START TRANSACTION; UPDATE people SET born = '${ROWS.date}' WHERE name = '${ROWS.text}' AND pin = ${ROWS.number}`);
  const waiting = await session();
  waiting.query(`SELECT SLEEP(3000), '${ROWS.text}', ${ROWS.number}`).catch(() => undefined); // ends with its connection
  return async () => {
    for (const one of open) one.destroy();
    await execute(server, "SET GLOBAL general_log = 0; SET GLOBAL init_connect = ''");
    await execute(server, 'DROP DATABASE IF EXISTS vault');
  };
}
