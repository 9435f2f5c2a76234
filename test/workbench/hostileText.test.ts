import assert from 'node:assert/strict';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { readProfileFile, writeProfileFile } from '../../src/extension/connections/profileFile.ts';
import { until } from '../harness/run.ts';
import { startHostileServer, type HostileServer } from '../harness/servers/hostileServer.ts';
import { execute } from '../harness/servers/testServer.ts';
import {
  addConnection,
  answerFileDialog,
  chooseFromMenu,
  expand,
  hoverOver,
  setAgentPermissions,
  openFile,
  openView,
} from '../harness/vscode/steps.ts';
import { webviewFrame } from '../harness/vscode/webviews.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { ERROR, FILES, FOREIGN_SERVER, look, NAME, openDrawing, SCHEMA, TEXT, WORKSPACE_FILES } from './hostileWorld.ts';
import { handOnDesk, takeDesk } from './desk.ts';
import { askForWrite, ReviewTab } from './review.ts';
import { savedConnection } from './savedConnection.ts';
import { SCREENSHOTS, type Session } from './session.ts';
import { sqlSteps } from './sqlSteps.ts';

suite('hostile text, files and settings in the workbench', function () {
  this.timeout(240_000);
  let session: Session;
  let window: Workbench;
  let hostile: HostileServer;
  let folder: string;

  /** Shown there as it is, and nothing is made of it: not there, and not anywhere else. */
  const shown = async (where: string, frame: Frame | Page = window.page): Promise<void> => {
    const text = await look(frame, where);
    assert.ok(text.includes('PWNED') || text.includes('pwned'), `${where} does not show it`);
    for (const other of window.page.frames())
      await look(other, where).catch((error: unknown) => {
        if (error instanceof assert.AssertionError) throw error; // else a frame that is gone
      });
  };
  const dialog = () => window.page.locator('.monaco-dialog-box');
  const toast = (text: string) => window.page.locator('.notification-toast', { hasText: text });
  const treeRow = (label: string) => window.page.locator(`.pane-body .monaco-list-row[aria-label*="${label}"]`).first();
  const { chooseDatabase } = sqlSteps(() => window);
  const saved = async (): Promise<Record<string, unknown>> => ({
    ...readProfileFile(await readFile(await savedConnection(session.codeServer.folder), 'utf8')),
  });
  const run = async (file: keyof typeof FILES, text: string): Promise<void> => {
    await window.runCommand('View: Close All Editors');
    await openFile(window, file, text);
    await window.page.keyboard.press('Control+Home');
    await window.page.keyboard.press('Control+Enter');
  };

  suiteSetup(async () => {
    const error = Buffer.concat([Buffer.from([0xff, 0x15, 0x04]), Buffer.from(`#28000${ERROR}`)]);
    hostile = await startHostileServer({ answers: [error] });
    ({ session, window, folder } = await takeDesk({ files: { ...FILES, ...WORKSPACE_FILES } }));
    for (const statement of SCHEMA) await execute(session.mysql, statement);
  });
  suiteTeardown(async function () {
    hostile.close();
    await handOnDesk.call(this);
  });
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  test('a server of the workspace that is called as ours is named in a warning', async () => {
    const file = path.join(folder, '.vscode/mcp.json');
    await writeFile(file, FOREIGN_SERVER); // now: in a window that starts on it the notification may have gone to the list of them before somebody looks
    await toast('defines an MCP server called "mysql-pilot"').waitFor({ timeout: 60_000 });
    await window.screenshot(path.join(SCREENSHOTS, 'foreign-server.png'));
    await window.runCommand('Notifications: Clear All Notifications');
    await writeFile(file, `{ "padding": "${'x'.repeat(1_100_000)}", "servers": { "mysql-pilot": {} } }`);
    await toast("can't check").waitFor();
    await rm(file).then(() => window.runCommand('Notifications: Clear All Notifications'));
  });

  test('the words of a hostile server are words in the notification about its login', async () => {
    await openView(window);
    await window.runCommand('MySQL Pilot: Add Connection…');
    await window.answer(`mysql://app:secret@127.0.0.1:${String(hostile.port)}/x?ssl-mode=disabled`);
    await toast("wasn't saved").waitFor();
    await shown('notification');
    await window.screenshot(path.join(SCREENSHOTS, 'hostile-login.png'));
    await window.runCommand('Notifications: Clear All Notifications');
    await addConnection(window, session.url, 'shop');
  });

  test('names and comments are words in the tree and its tooltips', async () => {
    await expand(window, 'app@127.0.0.1', 'information_schema');
    await window.page.locator('.pane-body .monaco-list-row[aria-label^="database shop"]').click();
    await treeRow('table, [PWNED]').waitFor();
    await shown('tree');
    await hoverOver(window, treeRow('table, [PWNED]'), 'PWNED');
    await shown('tooltip of a table');
    await window.page.keyboard.press('Escape');
    await treeRow('table, [PWNED]').click();
    await treeRow('column [PWNED]').waitFor();
    await shown('columns');
    await window.screenshot(path.join(SCREENSHOTS, 'hostile-tree.png'));
    await treeRow('table, [PWNED]').click();
  });

  test('a value, a header, a tab and a message are words in the results', async () => {
    await run('read.sql', 'SELECT');
    const frame = await webviewFrame(window.page, 'header .tabs');
    await frame.locator('.cell[data-row="0"][data-column="1"]').waitFor();
    await shown('grid', frame);
    await frame.locator('.cell[data-row="0"][data-column="2"]').click();
    await window.runCommand('MySQL Pilot: Open Cell in Editor');
    await window.page.locator('.tab.active', { hasText: 'doc, row 1.txt' }).waitFor();
    await shown('cell in an editor');
    await run('fail.sql', 'CALL');
    await chooseDatabase();
    await window.page.locator('.monaco-dialog-box .monaco-button', { hasText: /^Run$/ }).click(); // the account can't read the procedure
    await frame.locator('.messages li', { hasText: 'PWNED' }).first().waitFor();
    await shown('messages', frame);
    await window.runCommand('Problems: Focus on Problems View');
    await shown('problems');
  });

  test('no address that a value names is asked when the value is opened', async () => {
    const asked: string[] = [];
    const listener = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('{}');
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    try {
      const address = `http://127.0.0.1:${String((listener.address() as AddressInfo).port)}/pwned`;
      await execute(session.mysql, `CREATE TABLE shop.linked (doc TEXT)`);
      await execute(session.mysql, `INSERT INTO shop.linked VALUES ('{"$schema": "${address}", "$ref": "${address}", "a": [1]}')`);
      await run('linked.sql', 'SELECT');
      const frame = await webviewFrame(window.page, 'header .tabs');
      await frame.locator('.cell[data-row="0"][data-column="0"]', { hasText: 'schema' }).click();
      await window.runCommand('MySQL Pilot: Open Cell in Editor');
      await window.page.locator('.editor-instance .view-line', { hasText: '$schema' }).first().waitFor();
      await window.page.locator('.editor-instance .view-line', { hasText: '$schema' }).first().click();
      await window.page.waitForTimeout(3000); // nothing tells that something did not happen
      assert.deepEqual(asked, []);
    } finally {
      listener.close();
    }
  });

  test('names are words in what the editor proposes and explains', async () => {
    await openFile(window, 'read.sql', 'SELECT');
    await window.page.keyboard.press('Control+End');
    await window.page.keyboard.type('SELECT * FROM ');
    await window.page.keyboard.press('Control+Space');
    await window.page.locator('.suggest-widget .monaco-list-row', { hasText: 'PWNED' }).first().waitFor();
    await shown('completion');
    await window.page.keyboard.press('Escape');
    await window.runCommand('File: Revert File');
    await openFile(window, 'hover.sql', 'SELECT');
    await window.page.keyboard.press('Control+Home');
    await window.page.keyboard.press('End');
    for (let i = 0; i < 3; i++) await window.page.keyboard.press('ArrowLeft');
    await window.runCommand('Show or Focus Hover');
    await window.page.locator('.monaco-hover:visible', { hasText: 'PWNED' }).first().waitFor();
    await shown('hover');
  });

  test('the plan and the diagram draw names as words, and the saved drawing holds no element of them', async () => {
    await openFile(window, 'read.sql', 'SELECT');
    await window.page.keyboard.press('Control+Home');
    await window.runCommand('MySQL Pilot: Explain Statement');
    const plan = await webviewFrame(window.page, '.findings');
    await plan.locator('.row').first().waitFor();
    await shown('plan', plan);
    await openView(window);
    await chooseFromMenu(window, window.page.locator('.pane-body .monaco-list-row[aria-label^="database shop"]').first(), 'Show Diagram');
    const diagram = await webviewFrame(window.page, '.surface .table');
    await shown('diagram', diagram);
    for (const [button, ending] of [
      ['SVG', 'svg'],
      ['Mermaid', 'mmd'],
    ] as const) {
      await diagram.locator('button', { hasText: button }).click();
      const file = path.join(folder, `drawing.${ending}`);
      await answerFileDialog(window, file);
      const text = await until(() => readFile(file, 'utf8').catch(() => undefined), `the ${ending} file`);
      assert.ok(text.includes('PWNED'));
      assert.doesNotMatch(text, /<(?:b|img|script)\b|onerror=|\u202E/, ending);
      if (ending === 'svg') await openDrawing(session.context, file);
    }
    await window.runCommand('View: Close All Editors');
  });

  test('a question names a hostile table on one line, and its statement apart', async () => {
    await run('drop-pwned.sql', 'DROP');
    await chooseDatabase();
    await dialog().waitFor();
    await shown('question');
    const lines = (await dialog().innerText()).split('\n');
    assert.ok(!lines.some((line) => line.startsWith('-- ok')), lines.join('\n'));
    await window.screenshot(path.join(SCREENSHOTS, 'hostile-question.png'));
    await window.page.keyboard.press('Enter');
    const review = await ReviewTab.find(window);
    await shown('review', review.frame);
    const own = (await review.text).split('\n');
    assert.ok(own.length > 1 && !own.some((line) => /^--\sok/.test(line)), own.join('\n'));
    await window.screenshot(path.join(SCREENSHOTS, 'hostile-own-review.png'));
    await review.reject();
    await ReviewTab.gone(window);
  });

  test('the review of a write of an agent shows names, values and the statement as words, and none of them as ours', async () => {
    await window.runCommand('View: Close All Editors');
    await openView(window);
    const connection = window.page.locator('.pane-body .monaco-list-row[aria-label^="connection"]').first();
    await setAgentPermissions(window, connection, { changes: 'Rows, with my approval' });
    const review = await askForWrite(window, 'Please change the odd row.');
    await shown('review of a write', review.frame);
    const lines = (await review.text).split('\n');
    assert.ok(!lines.some((line) => line.startsWith('-- ok') || line.startsWith('# Approved')), lines.join('\n'));
    assert.match(await review.headline, /^Update 1 row in shop\.`\[PWNED\].*`$/);
    assert.equal(await review.runButton.innerText(), 'Run 1-Row Update');
    await window.screenshot(path.join(SCREENSHOTS, 'hostile-review.png'));
    await review.frame.locator('.more button').first().click();
    await review.frame.locator('.detail tr').nth(2).waitFor();
    await shown('review of a write', review.frame);
    await review.reject();
    await window.page.locator('.interactive-session .interactive-response', { hasText: 'rejected the write' }).last().waitFor();
    await window.runCommand('View: Hide Secondary Side Bar');
  });

  test('the audit log shows the statement of an agent as words, on one line', async () => {
    await window.runCommand('MySQL Pilot: Open Agent Audit Log');
    const frame = await webviewFrame(window.page, '.grid[aria-label="Agent Audit Log"]');
    const statement = frame.locator('.cell[role="gridcell"][data-column="4"]', { hasText: 'UPDATE' });
    assert.match(await statement.first().innerText(), /<U\+202E>/);
    await shown('audit log', frame);
  });

  test('Go to Object, the import form and the connection form show words', async () => {
    await window.runCommand('MySQL Pilot: Go to Object…');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'shop' }).first().click();
    await window.page.locator('.quick-input-widget', { hasText: 'Go to a table' }).waitFor();
    await window.page.keyboard.type('pwned');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'PWNED' }).first().waitFor();
    await shown('Go to Object');
    await window.page.keyboard.press('Escape');
    const csv = path.join(folder, 'PWNED.csv');
    await writeFile(csv, `id,"${NAME.replaceAll('"', '""')}"\n1,"${TEXT.replaceAll('"', '""')}"\n`);
    await openView(window);
    await chooseFromMenu(window, treeRow('table, [PWNED]'), 'Import CSV');
    await answerFileDialog(window, csv, () => shown('file dialog'));
    const form = await webviewFrame(window.page, 'form');
    await form.locator('[data-field="delimiter"]').waitFor();
    await shown('import form', form);
    await window.runCommand('View: Close All Editors');
  });

  test('settings of the workspace reach no server, no file and no tool', async () => {
    const [row] = (await execute(session.mysql, 'SELECT @@GLOBAL.max_connections AS n')) as { n: number }[];
    assert.notEqual(row?.n, 77);
    await window.runCommand('MCP: List Servers');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'mysql-pilot' }).first().waitFor();
    await window.page.keyboard.press('Escape');
    for (const made of ['/tmp/pwned', path.join(folder, 'pwned')]) await assert.rejects(stat(made));
  });

  test('a task of the workspace that runs a file is asked about, and Enter runs nothing', async () => {
    await window.page.keyboard.press('Control+P');
    await window.page.locator('.quick-input-widget input:visible').first().fill('task.sql');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'task.sql' }).first().waitFor();
    await window.page.keyboard.press('Enter');
    await window.page.locator('.tab.active[data-resource-name="task.sql"]').waitFor();
    await window.runCommand('Tasks: Run Task');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'pwned' }).first().click();
    await chooseDatabase();
    await dialog().filter({ hasText: 'INSERT INTO child' }).waitFor();
    await window.page.keyboard.press('Enter');
    await (await ReviewTab.find(window)).reject();
    const [row] = (await execute(session.mysql, 'SELECT COUNT(*) AS n FROM shop.child')) as { n: number }[];
    assert.equal(row?.n, 0);
  });

  test('a form that was open while rights were narrowed brings none of them back', async () => {
    await openView(window);
    const connection = window.page.locator('.pane-body .monaco-list-row[aria-label^="connection shop"]').first();
    await chooseFromMenu(window, connection, 'Edit Connection');
    const form = await webviewFrame(window.page, 'form');
    await form.locator('[data-field="name"] input').fill('renamed');
    await chooseFromMenu(window, connection, 'Make Connection Read-Only…');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Neither you nor agents' }).first().click();
    await until(async () => (await saved())['readOnly'] === true, 'read-only to be saved');
    await form.locator('[data-action="save"]').click();
    await until(async () => (await saved())['name'] === 'renamed', 'the name to be saved');
    assert.equal((await saved())['readOnly'], true);
  });

  test('a name that another program has written over several lines stays on one', async () => {
    const file = await savedConnection(session.codeServer.folder);
    const form = readProfileFile(await readFile(file, 'utf8')) ?? assert.fail('no profile');
    await writeFile(file, writeProfileFile({ ...form, name: `PWNED\nConnection: development\u202E ${NAME}` }, undefined));
    const row = window.page.locator('.pane-body .monaco-list-row[aria-label^="connection PWNED Connection: development"]').first();
    await row.waitFor();
    await shown('name of a connection');
    await hoverOver(window, row, 'PWNED');
    await shown('tooltip of a connection');
    await window.screenshot(path.join(SCREENSHOTS, 'hostile-connection.png'));
    await window.page.keyboard.press('Escape');
    await window.runCommand('MySQL Pilot: Remove Connection');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'PWNED' }).first().waitFor();
    await shown('list');
    await window.page.keyboard.press('Escape');
  });
});
