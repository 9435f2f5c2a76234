import { parseXml } from '@rgrove/parse-xml';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { full } from '../harness/depth.ts';
import { until } from '../harness/run.ts';
import { execute } from '../harness/servers/testServer.ts';
import { answerFileDialog, chooseFromMenu, PICTURED, setTheme } from '../harness/vscode/steps.ts';
import { seriousViolations, webviewFrame } from '../harness/vscode/webviews.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeConnectedDesk } from './desk.ts';
import { SCREENSHOTS, type Session } from './session.ts';

/** Around a few hubs, as real schemas are. */
const manyTables = (count: number): string =>
  Array.from({ length: count }, (_, i) => {
    const name = (n: number): string => `area${String(n % 12)}_table_${String(n).padStart(3, '0')}`;
    const columns = ['id INT PRIMARY KEY', 'created DATETIME', 'label VARCHAR(40)'];
    const to = new Set(i === 0 ? [] : [i % 7, (i * 31) % i].filter((n) => n < i));
    for (const n of to) columns.push(`ref_${String(n)} INT`, `FOREIGN KEY (ref_${String(n)}) REFERENCES ${name(n)} (id)`);
    return `CREATE TABLE ${name(i)} (${columns.join(', ')})`;
  }).join(';\n');

suite('diagrams, in the workbench', function () {
  this.timeout(240_000);
  let session: Session;
  let window: Workbench;
  let folder: string;

  const row = (label: string): Locator => window.page.locator(`.pane-body .monaco-list-row[aria-label^="${label}"]`).first();
  const diagram = (): Promise<Frame> => webviewFrame(window.page, '.surface .table');
  const tables = async (frame: Frame): Promise<string[]> =>
    frame.locator('.table').evaluateAll((found) => found.map((one) => (one as unknown as { dataset: { table: string } }).dataset.table));
  const zoom = async (frame: Frame): Promise<number> => Number.parseInt(await frame.locator('.scale').innerText(), 10);
  const save = async (frame: Frame, button: string, file: string): Promise<Buffer> => {
    await frame.locator('button', { hasText: button }).click();
    await answerFileDialog(window, path.join(folder, file));
    return until(() => readFile(path.join(folder, file)).catch(() => undefined), file);
  };

  suiteSetup(async () => {
    ({ session, window, folder } = await takeConnectedDesk());
    for (const [name, count] of [
      ['large', 300],
      ['larger', 301],
    ] as const) {
      await execute(session.mysql, `CREATE DATABASE ${name}; GRANT ALL ON ${name}.* TO 'app'@'%'`);
      await execute(session.mysql, manyTables(count), name);
    }
    await execute(session.mysql, 'CREATE TABLE notes (id INT PRIMARY KEY, customer_id INT UNSIGNED, text TEXT)', 'shop');
    await row('connection shop').click();
    await row('database shop').click();
    await row('table, orders').waitFor();
  });
  suiteTeardown(handOnDesk);
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  test('a database is a picture: tables with keys, foreign keys as lines, supposed ones dashed [F83]', async () => {
    await chooseFromMenu(window, row('database shop'), 'Show Diagram');
    const frame = await diagram();
    const shown = (await execute(
      session.mysql,
      "SELECT TABLE_NAME AS name FROM information_schema.tables WHERE table_schema = 'shop' AND table_type = 'BASE TABLE'",
    )) as { name: string }[];
    assert.deepEqual((await tables(frame)).sort(), shown.map(({ name }) => name).sort());
    assert.ok((await frame.locator('.relation:not(.supposed)').count()) > 0);
    await frame.locator('.relation[data-from="order_items"][data-to="orders"]').waitFor({ state: 'attached' });
    const marks = frame.locator('.table[data-table="orders"] .column', { hasText: 'customer_id' }).locator('.mark');
    assert.equal(await marks.textContent(), 'FK');
    assert.match(
      (await frame.locator('.table[data-table="orders"]').getAttribute('aria-label')) ?? '',
      /References customers.*Referenced by order_items/,
    );
    for (const theme of PICTURED) {
      await setTheme(window, theme);
      await window.screenshot(path.join(SCREENSHOTS, `diagram-${theme.name}.png`));
      assert.deepEqual(await seriousViolations(frame), [], theme.name);
    }
  });

  test('relations that nobody declared can be left out; columns, too', async () => {
    const frame = await diagram();
    const supposed = frame.locator('.relation.supposed');
    const before = await supposed.count();
    assert.ok(before > 0);
    await frame.locator('label', { hasText: 'Inferred relationships' }).click();
    assert.equal(await supposed.count(), 0);
    await frame.locator('label', { hasText: 'Inferred relationships' }).click();
    assert.equal(await supposed.count(), before);
    const columns = frame.locator('.table[data-table="orders"] .column');
    const all = await columns.count();
    await frame.locator('select').selectOption('keys');
    assert.ok((await columns.count()) < all);
    await frame.locator('select').selectOption('none');
    assert.equal(await columns.count(), 0);
    await frame.locator('select').selectOption('all');
  });

  test('tables and columns are found, and gone through by keyboard', async () => {
    const frame = await diagram();
    await frame.locator('.search').fill('placed_at');
    await frame.locator('.found', { hasText: '1 of 1' }).waitFor();
    assert.equal(await frame.locator('.table.match').getAttribute('data-table'), 'orders');
    await frame.locator('.search').fill('nowhere');
    await frame.locator('.found', { hasText: 'No results found' }).waitFor();
    await frame.locator('.search').fill('');
    await frame.locator('.table[tabindex="0"]').focus();
    const first = await frame.locator('.table.chosen').getAttribute('data-table');
    const seen = new Set([first]);
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp']) {
      await window.page.keyboard.press(key);
      seen.add(await frame.locator('.table:focus').getAttribute('data-table'));
    }
    assert.ok(seen.size > 2, [...seen].join(' '));
    const before = await zoom(frame);
    await window.page.keyboard.press('-');
    assert.ok((await zoom(frame)) < before);
    await window.page.keyboard.press('0');
    assert.equal(await zoom(frame), before);
    const open = await frame.locator('.table:focus').getAttribute('data-table');
    await window.page.keyboard.press('Enter');
    await window.page.locator('.tab.active', { hasText: `${open ?? ''}.sql` }).waitFor();
    await window.page.locator('.editor-instance .view-line', { hasText: 'CREATE TABLE' }).first().waitFor();
    await window.runCommand('View: Close Editor');
  });

  test('it is saved as SVG, PNG and Mermaid [F85]', async () => {
    const frame = await diagram();
    const svg = await save(frame, 'SVG', 'shop.svg');
    const root = parseXml(svg.toString()).root;
    assert.ok(root?.name === 'svg');
    assert.match(svg.toString(), />order_items</);
    assert.doesNotMatch(svg.toString(), /var\(|undefined|NaN/);
    const png = await save(frame, 'PNG', 'shop.png');
    assert.deepEqual([...png.subarray(1, 4)], [...Buffer.from('PNG')]);
    assert.equal(png.readUInt32BE(16), 2 * Number(root.attributes['width']));
    const text = (await save(frame, 'Mermaid', 'shop.mmd')).toString();
    assert.match(text, /^erDiagram\n/);
    assert.match(text, /"orders" \|\|--o\{ "order_items" : "order_id"/);
    assert.match(text, /int_unsigned customer_id FK/);
    assert.match(text, /"customers" \|\|\.\.o\{ "notes" : "customer_id"/);
  });

  test('a table is drawn with what it refers to and what refers to it; others are chosen from a list', async () => {
    await window.runCommand('View: Close All Editors in Group');
    await chooseFromMenu(window, row('table, order_items'), 'Show Diagram');
    const frame = await diagram();
    const shown = await tables(frame);
    assert.ok(shown.includes('order_items') && shown.includes('orders') && !shown.includes('notes'), shown.join(' '));
    await frame.locator('.count', { hasText: 'not all' }).waitFor();
    await frame.locator('button[aria-label="Select Tables"]').click();
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'notes' }).click();
    await window.page.keyboard.press('Enter');
    await frame.locator('.table[data-table="notes"]').waitFor({ state: 'attached' });
    await window.runCommand('View: Close All Editors in Group');
  });

  full(
    test('300 tables: names from afar, columns from near, one found at once [F84]', async () => {
      await row('database large').waitFor();
      await chooseFromMenu(window, row('database large'), 'Show Diagram');
      const frame = await diagram();
      assert.equal((await tables(frame)).length, 300);
      assert.ok(await frame.locator('.surface.afar').isVisible());
      await window.screenshot(path.join(SCREENSHOTS, 'diagram-300.png'));
      await frame.locator('.search').fill('table_177');
      await window.page.keyboard.press('Enter');
      await frame.locator('.found', { hasText: '1 of 1' }).waitFor();
      assert.ok(await frame.locator('.table.current .near').isVisible());
      await frame.locator('.table.current').click();
      await frame.locator('select').selectOption('keys');
      await window.screenshot(path.join(SCREENSHOTS, 'diagram-300-near.png'));
      await window.runCommand('View: Close All Editors in Group');
    }),
  );

  test('with more the person chooses first', async () => {
    await chooseFromMenu(window, row('database larger'), 'Show Diagram');
    await window.page.locator('.quick-input-widget input[placeholder*="at most 300 of 301"]').waitFor();
    await window.page.locator('.quick-input-list .monaco-list-row').first().click();
    await window.page.keyboard.press('Enter');
    assert.equal((await tables(await diagram())).length, 1);
  });
});
