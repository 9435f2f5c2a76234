import assert from 'node:assert/strict';
import { AgentSetup, asRoot } from '../../harness/mcp/agentSetup.ts';
import { SAMPLE } from '../../harness/servers/sample.ts';
import { execute, type Flavor } from '../../harness/servers/testServer.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

/** Accounts that are referred to in each way, from two databases. */
const LINKED = `
  CREATE DATABASE crm; CREATE DATABASE billing;
  CREATE TABLE crm.accounts (id INT PRIMARY KEY, phone VARCHAR(30), joined DATE, extra JSON);
  CREATE TABLE crm.contacts (id INT PRIMARY KEY, account_id INT, CONSTRAINT fk_contact FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE);
  CREATE TABLE crm.calls (id INT PRIMARY KEY, contact_id INT, CONSTRAINT fk_call FOREIGN KEY (contact_id) REFERENCES contacts (id) ON DELETE CASCADE ON UPDATE CASCADE);
  CREATE TABLE crm.notes (id INT PRIMARY KEY, call_id INT, CONSTRAINT fk_note FOREIGN KEY (call_id) REFERENCES calls (id));
  CREATE TABLE billing.invoices (id INT PRIMARY KEY, account_id INT, CONSTRAINT fk_invoice FOREIGN KEY (account_id) REFERENCES crm.accounts (id));
  CREATE TABLE billing.payers (id INT PRIMARY KEY, account_id INT NULL, CONSTRAINT fk_payer FOREIGN KEY (account_id) REFERENCES crm.accounts (id) ON DELETE SET NULL);
  CREATE TABLE crm.keyless (a INT);
  INSERT INTO crm.accounts VALUES (1, '+49 30 901820', '2024-05-06', '{"vip": true, "tags": ["a"]}'), (2, '030/123456', '2025-01-01', '{"vip": false}'), (3, NULL, NULL, NULL)`;
const TRIGGER = 'CREATE TRIGGER crm.gone AFTER DELETE ON crm.accounts FOR EACH ROW INSERT INTO crm.keyless VALUES (OLD.id)';

for (const flavor of flavors) {
  suite(`mysql_describe on ${flavor}`, () => {
    let setup: AgentSetup;
    const describe = (args: Record<string, unknown>, connection = 'root'): Promise<string> =>
      setup.answer('mysql_describe', { connection, ...args });

    suiteSetup(async () => {
      setup = await AgentSetup.start(flavor, {
        prepare: async (server) => {
          await execute(server, LINKED);
          await execute(server, TRIGGER);
        },
        profiles: (server) => [
          { ...asRoot(server), name: 'root' },
          { ...SAMPLE.reader, name: 'reader' },
        ],
      });
    });
    suiteTeardown(() => setup.dispose());

    test('lists tables with rows, size, comment, and which of them lack a primary key', async () => {
      const crm = await describe({ database: 'crm' });
      assert.match(crm, /^5 tables of crm:\naccounts ~\d+ rows ~16\.0 KiB\n/);
      assert.match(crm, /\nkeyless ~\d+ rows ~16\.0 KiB NO PRIMARY KEY\n/);
      assert.equal(crm.match(/NO PRIMARY KEY/g)?.length, 1);
      const shop = await describe({ database: 'shop' }, 'reader');
      assert.match(shop, /\norders ~\d+ rows ~\d+\.\d KiB -- one row per checkout\n/);
      assert.match(shop, /\nopen_orders \(view\)\n/);
      assert.ok(!shop.includes('NO PRIMARY KEY'), 'an account that only reads sees the keys');
      assert.ok(!(await describe({ database: 'information_schema' })).includes('NO PRIMARY KEY'));
    });

    test('gives exact bytes at level full, and names alone at level summary', async () => {
      assert.match(
        await describe({ database: 'crm', level: 'full' }),
        /\ncontacts ~\d+ rows ~32\.0 KiB \(data 16384 B, indexes 16384 B\)\n/,
      );
      assert.match(await describe({ tables: ['crm.contacts'], level: 'full' }), /\nsize ~32\.0 KiB \(data 16384 B, indexes 16384 B\)\n/);
      assert.equal(await describe({ database: 'crm', level: 'summary' }), '5 tables of crm:\naccounts, calls, contacts, keyless, notes');
    });

    test('says at level full what deleting a row does, across databases', async () => {
      const none = flavor === 'mysql' ? 'NO ACTION' : 'RESTRICT';
      const accounts = await describe({ tables: ['crm.accounts'], level: 'full' });
      assert.match(accounts, /\nTRIGGER gone AFTER DELETE: /);
      assert.ok(
        accounts.endsWith(
          [
            '',
            `referenced by: billing.invoices(account_id) ON DELETE ${none} ON UPDATE ${none}, billing.payers(account_id) ON DELETE SET NULL ON UPDATE ${none}, contacts(account_id) ON DELETE CASCADE ON UPDATE ${none}`,
            'deleting a row: refused while referenced by billing.invoices(account_id), notes(call_id); also deletes from contacts(account_id), calls(contact_id); changes billing.payers(account_id) (SET NULL); fires gone; triggers of the other tables do not fire',
          ].join('\n'),
        ),
        accounts,
      );
      assert.match(
        await describe({ tables: ['crm.keyless'], level: 'full' }),
        /\nno triggers\nreferenced by: no table that this account sees\ndeleting a row: affects no other table; fires no trigger$/,
      );
    });

    test('does what it says: the row goes with its cascade, and no trigger of another table fires', async () => {
      const { server } = setup;
      await execute(
        server,
        `INSERT INTO crm.contacts VALUES (30, 3); INSERT INTO crm.calls VALUES (300, 30); INSERT INTO billing.payers VALUES (3, 3);
         CREATE TRIGGER crm.silent AFTER DELETE ON crm.calls FOR EACH ROW INSERT INTO crm.keyless VALUES (OLD.id);
         DELETE FROM crm.accounts WHERE id = 3; DROP TRIGGER crm.silent`,
      );
      assert.deepEqual(
        await execute(
          server,
          'SELECT (SELECT COUNT(*) FROM crm.calls) + (SELECT COUNT(*) FROM crm.contacts) AS others, a FROM crm.keyless',
        ),
        [{ others: 0, a: 3 }],
      );
      assert.deepEqual(await execute(server, 'SELECT account_id FROM billing.payers'), [{ account_id: null }]);
      await execute(server, 'DELETE FROM crm.keyless; DELETE FROM billing.payers; INSERT INTO crm.accounts VALUES (3, NULL, NULL, NULL)');
    });

    test('does not claim that there are no triggers where the account cannot see them', async () => {
      assert.match(
        await describe({ tables: ['shop.orders'], level: 'full' }, 'reader'),
        /\ntriggers: none visible, and this account may lack the privilege TRIGGER\nreferenced by: order_items\(order_id\) ON DELETE CASCADE/,
      );
    });

    test('profiles columns by table, and says which table lacks one', async () => {
      const both = await describe({
        tables: ['shop.orders', 'shop.customers'],
        profile: ['status', 'customers.tier', 'statsu'],
        level: 'summary',
      });
      assert.match(
        both,
        /^shop\.orders [^\n]*\nPROFILE status: 1000 rows[^\n]*\nPROFILE statsu: no column of orders; did you mean status\?\n/,
      );
      assert.match(both, /\nshop\.customers [^\n]*\nPROFILE status: no column of customers[^\n]*\nPROFILE tier: 200 rows/);
      assert.match(
        await describe({ database: 'shop', profile: ['orders.status', '`customers`.`tier`'] }),
        /^shop\.orders\nPROFILE status: 1000 rows[^\n]*\n\nshop\.customers\nPROFILE tier: 200 rows[^\n]*$/,
      );
      assert.match(await describe({ profile: ['crm.nowhere.x'] }), /^crm\.nowhere: doesn't exist/);
    });

    test('profiles JSON by keys, dates by year, and texts by pattern', async () => {
      assert.equal(
        await describe({ profile: ['crm.accounts.extra', 'crm.accounts.joined', 'crm.accounts.phone'] }),
        [
          'crm.accounts',
          'PROFILE extra: 3 rows, 1 null; JSON of 2: object 2; keys: "vip" boolean 2, "tags" array 1',
          'PROFILE joined: 3 rows, 1 null, 2 distinct, from "2024-05-06" to "2025-01-01"; by year: 2025 1, 2024 1',
          'PROFILE phone: 3 rows, 1 null, 2 distinct, from "+49 30 901820" to "030/123456"; of 2: phone 100 %',
        ].join('\n'),
      );
      assert.match(await describe({ profile: ['shop.customers.email'] }), /; of 200: e-mail 100 %$/);
    });
  });
}
