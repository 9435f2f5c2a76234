import assert from 'node:assert/strict';
import { AgentSetup, asRoot } from '../../harness/mcp/agentSetup.ts';
import { execute, type Flavor } from '../../harness/servers/testServer.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

const LINKED = `
  CREATE TABLE shop.reviews (id INT PRIMARY KEY, customer_id INT UNSIGNED, product_id INT UNSIGNED,
    CONSTRAINT fk_reviewer FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE SET NULL ON UPDATE CASCADE,
    CONSTRAINT fk_reviewed FOREIGN KEY (product_id) REFERENCES products (id));
  CREATE DATABASE crm;
  CREATE TABLE crm.\`odd.calls\` (id INT PRIMARY KEY, customer INT UNSIGNED, CONSTRAINT fk_called FOREIGN KEY (customer) REFERENCES shop.customers (id));
  CREATE TABLE crm.agents (id INT PRIMARY KEY);
  CREATE TABLE crm.teams (id INT PRIMARY KEY, lead_id INT, CONSTRAINT fk_lead FOREIGN KEY (lead_id) REFERENCES agents (id));
  CREATE DATABASE chain;
  ${Array.from({ length: 10 }, (_, i) => `CREATE TABLE chain.t${String(i)} (k${String(i)} INT PRIMARY KEY${i === 0 ? '' : `, up INT, FOREIGN KEY (up) REFERENCES chain.t${String(i - 1)} (k${String(i - 1)})`})`).join(';')}`;

for (const flavor of flavors) {
  suite(`mysql_relationships on ${flavor}`, () => {
    let setup: AgentSetup;
    const none = flavor === 'mysql' ? 'NO ACTION' : 'RESTRICT';
    const relate = (args: Record<string, unknown>): Promise<string> => setup.answer('mysql_relationships', args);

    suiteSetup(async () => {
      setup = await AgentSetup.start(flavor, {
        prepare: (server) => execute(server, LINKED),
        profiles: (server) => [{ ...asRoot(server), database: 'shop' }],
      });
    });
    suiteTeardown(() => setup.dispose());

    test('says the rules of each foreign key, from other databases too', async () => {
      const lines = (await relate({ tables: ['customers'] })).split('\n').filter((line) => line.includes(' -> '));
      assert.deepEqual(lines, [
        `orders(customer_id) -> customers(id) ON DELETE ${none} ON UPDATE ${none}`,
        `reviews(customer_id) -> customers(id) ON DELETE SET NULL ON UPDATE CASCADE`,
        `crm.odd.calls(customer) -> customers(id) ON DELETE ${none} ON UPDATE ${none}`,
      ]);
      const all = await relate({});
      assert.match(all, /^crm\.odd\.calls\(customer\) -> customers\(id\)/m);
      assert.match(all, /\n10 more within other databases: pass `database`\.$/);
      assert.match(await relate({ database: 'crm' }), /^teams\(lead_id\) -> agents\(id\)/m);
    });

    test('joins tables of several databases by a statement that runs', async () => {
      const join = await relate({ tables: ['crm.odd.calls', 'products'] });
      assert.match(join, /^FROM crm\.`odd\.calls` JOIN customers ON crm\.`odd\.calls`\.customer = customers\.id JOIN reviews ON /);
      const [first = ''] = join.split('\n');
      assert.match(await setup.answer('mysql_query', { sql: `SELECT COUNT(*) AS n ${first}` }), /^n\n0\n/);
      assert.match(
        await relate({ tables: ['teams', 'agents'], database: 'crm' }),
        /^FROM teams JOIN agents ON teams\.lead_id = agents\.id$/,
      );
    });

    test('shows the second-best path where it is one join longer', async () => {
      assert.equal(
        await relate({ tables: ['customers', 'products'] }),
        'FROM customers JOIN reviews ON reviews.customer_id = customers.id JOIN products ON reviews.product_id = products.id\n' +
          'Alternative with one more join: FROM customers JOIN orders ON orders.customer_id = customers.id JOIN order_items ON order_items.order_id = orders.id JOIN products ON order_items.product_id = products.id',
      );
      assert.ok(!(await relate({ tables: ['orders', 'customers'] })).includes('\n'), 'a single join needs no other');
    });

    test('says why there is no path', async () => {
      assert.equal(
        await relate({ tables: ['exact_values', 'orders'] }),
        'exact_values, orders: no join path by foreign keys or matching names. exact_values has no references in either direction. ' +
          'orders is connected only with order_items, customers, products, reviews, crm.odd.calls, open_orders.',
      );
      assert.match(
        await relate({ tables: ['crm.teams', 'customers'] }),
        /^crm\.teams, customers: no join path .* crm\.teams is connected only with crm\.agents\. customers is connected only with /,
      );
      assert.equal(
        await relate({ tables: ['t0', 't9'], database: 'chain' }),
        `t0, t9: 9 joins apart, by ${Array.from({ length: 10 }, (_, i) => `t${String(i)}`).join(' – ')}. Ask for the joins of a part of them.`,
      );
    });

    test('names the table of another database that was meant', async () => {
      const { text } = await setup.client.call('mysql_relationships', { tables: ['agent'] });
      assert.match(text, /^object\.unknown: There is no table agent in shop\.\n<data-\w+>\nDid you mean crm\.agents/);
    });
  });
}
