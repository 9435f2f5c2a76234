import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { until } from '../harness/run.ts';
import { answerFileDialog, clearNotifications, photograph } from '../harness/vscode/steps.ts';
import { seriousViolations, webviewFrame } from '../harness/vscode/webviews.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { handOnDesk, takeDesk } from './desk.ts';
import { SCREENSHOTS } from './session.ts';

const COLUMNS = { connection: 1, agent: 2, tool: 3, statement: 4, decision: 5, outcome: 6, rows: 7, duration: 8 } as const;
const START = Date.UTC(2026, 10, 28, 9);

/** A file of the audit log, as one process writes it. */
function lines(session: string, client: string, ...entries: readonly object[]): string {
  return entries
    .map((entry, i) => `${JSON.stringify({ time: new Date(START + i * 1000).toISOString(), session, client, ...entry })}\n`)
    .join('');
}

const read = (call: number, sql: string, more: object = {}): object => ({
  ...{ event: 'call', call, tool: 'mysql_query', connection: 'shop', milliseconds: 7 * call, sql, ...more },
});
const write = (call: number, sql: string, rows: number): readonly object[] => {
  const about = { call, tool: 'mysql_execute', connection: 'shop' };
  return [
    { event: 'verdict', ...about, sql, decision: 'ask' },
    { event: 'preview', ...about, rows },
    { event: 'decision', ...about, decision: 'run' },
    { event: 'intent', ...about },
    { event: 'outcome', ...about, outcome: 'committed', rows, milliseconds: 12 },
    { event: 'call', ...about, milliseconds: 9000 },
  ];
};

suite('the audit log of agents, in the workbench', function () {
  this.timeout(240_000);
  let window: Workbench;
  let folder: string;
  let audit: string;
  let frame: Frame;

  const cells = (column: keyof typeof COLUMNS): Locator => frame.locator(`.row .cell[data-column="${String(COLUMNS[column])}"]`);
  /** Of the rows that are drawn; the columns at the end are drawn when they are scrolled to. */
  const texts = (column: keyof typeof COLUMNS): Promise<readonly string[]> =>
    until(async () => {
      await frame.evaluate(`document.querySelector('.grid').scrollLeft = ${String(COLUMNS[column] > COLUMNS.statement ? 10_000 : 0)}`);
      const found = await cells(column).allInnerTexts();
      return found.length === 0 ? undefined : found;
    }, `the column ${column}`);
  const choose = (list: string, label: string): Promise<unknown> => frame.locator(`select[aria-label="${list}"]`).selectOption({ label });
  const open = async (): Promise<void> => {
    await window.runCommand('MySQL Pilot: Open Agent Audit Log');
    frame = await webviewFrame(window.page, '.grid[aria-label="Agent Audit Log"]');
    await frame.locator('.row .cell').first().waitFor();
  };

  suiteSetup(async () => {
    const desk = await takeDesk();
    ({ window, folder } = desk);
    audit = path.join(desk.session.codeServer.folder, 'user/User/globalStorage/mysql-pilot.mysql-pilot/audit');
    await rm(audit, { recursive: true, force: true });
    await mkdir(audit, { recursive: true });
    await writeFile(
      path.join(audit, 'audit-2026-11-28-1-a-0.jsonl'),
      lines(
        ...(['1-a', 'Claude Code'] as const),
        read(1, 'SELECT `id` FROM `orders` WHERE `status` = ?'),
        read(2, 'SELECT `nothing` FROM `orders`', { error: 'object.unknown' }),
        ...write(3, 'UPDATE `shop`.`orders`\nSET `note` = ?\nWHERE `id` = ?', 1234),
        { event: 'verdict', call: 4, tool: 'mysql_execute', connection: 'shop', sql: 'DROP TABLE `orders`', error: 'statement.refused' },
      ),
    );
    await writeFile(
      path.join(audit, 'audit-2026-11-28-2-b-0.jsonl'),
      lines('2-b', 'Copilot \u202Ekcatta', read(1, 'SELECT 1\n-- <b>bold</b>', { connection: 'warehouse' })),
    );
  });
  suiteTeardown(async function () {
    await rm(audit, { recursive: true, force: true });
    await handOnDesk.call(this);
  });
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  test('it is a table with a row for each call, and what cannot be seen is an escape', async () => {
    await open();
    await until(async () => (await texts('outcome')).length === 5, 'the calls');
    const at = (await texts('tool')).indexOf('mysql_execute', 1);
    const row: string[] = [];
    for (const column of Object.keys(COLUMNS) as (keyof typeof COLUMNS)[]) row.push((await texts(column))[at] ?? '');
    assert.deepEqual(row, [
      ...['shop', 'Claude Code', 'mysql_execute', 'UPDATE `shop`.`orders`↵SET `note` = ?↵WHERE `id` = ?'],
      ...['approved', 'committed', '1234', '12'],
    ]);
    assert.ok((await texts('agent')).includes('Copilot <U+202E>kcatta'));
    assert.ok((await texts('statement')).includes('SELECT 1↵-- <b>bold</b>'));
    assert.deepEqual(await seriousViolations(frame), []);
    await window.runCommand('View: Hide Secondary Side Bar');
    await photograph(window, SCREENSHOTS, 'audit-log');
  });

  test('lists narrow it down by connection, agent and outcome, and a click on a header sorts it', async () => {
    await choose('Connection', 'warehouse');
    await until(async () => (await texts('connection')).join() === 'warehouse', 'one connection');
    assert.match(await frame.locator('footer').innerText(), /^1 of 5 calls$/);
    await choose('Connection', 'All connections');
    await choose('Agent', 'Claude Code');
    await until(async () => (await texts('agent')).length === 4, 'one agent');
    await choose('Outcome', 'refused');
    await until(async () => (await texts('outcome')).join() === 'refused', 'one outcome');
    await window.screenshot(path.join(SCREENSHOTS, 'audit-log-filtered.png'));
    await choose('Outcome', 'All outcomes');
    await until(async () => (await texts('outcome')).length === 4, 'all outcomes');
    await until(async () => {
      await texts('duration'); // a table that was just drawn anew begins at its first column, maybe behind this
      const header = frame.locator('.head .cell', { hasText: 'Duration' });
      return header.click({ timeout: 2000 }).then(
        () => true,
        () => false,
      );
    }, 'the header to take a click');
    await until(async () => (await texts('duration')).join() === ',7,12,14', 'the order');
    await texts('statement');
  });

  test('what is shown is exported, and a call leads to its lines and its statement', async () => {
    await frame.getByRole('button', { name: 'Export These Calls…' }).click();
    const file = path.join(folder, 'audit.jsonl');
    await answerFileDialog(window, file);
    const exported = await until(() => readFile(file, 'utf8').catch(() => undefined), 'the exported calls');
    const calls = exported
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { agent: string; outcome: string });
    assert.deepEqual(
      calls.map(({ agent, outcome }) => `${agent} ${outcome}`),
      ['Claude Code failed', 'Claude Code succeeded', 'Claude Code committed', 'Claude Code failed'],
    );
    await frame
      .locator('.row', { hasText: 'UPDATE' })
      .locator(`[data-column="${String(COLUMNS.statement)}"]`)
      .dblclick();
    await window.page.locator('.tab.active', { hasText: 'Statement.sql' }).waitFor();
    await window.page.locator('.editor-instance .view-line', { hasText: /^SET/ }).waitFor();
    await window.runCommand('View: Close Editor');
    await frame
      .locator('.row', { hasText: 'DROP TABLE' })
      .locator(`[data-column="${String(COLUMNS.statement)}"]`)
      .click();
    await frame.getByRole('button', { name: 'Open as Text' }).click();
    await window.page.locator('.tab.active', { hasText: 'audit-2026-11-28-1-a-0.jsonl' }).waitFor();
    await window.page.locator('.statusbar-item', { hasText: 'Ln 9, Col 1' }).waitFor();
    await clearNotifications(window);
    await window.runCommand('View: Close All Editors');
  });

  test('a hundred thousand calls are shown, and it is told that older ones are left out', async () => {
    const many = Array.from({ length: 101_000 }, (_, i) => read(i, 'SELECT `id` FROM `orders` WHERE `id` = ?'));
    await writeFile(path.join(audit, 'audit-2026-11-28-3-c-0.jsonl'), lines('3-c', 'Busy', ...many));
    await open();
    await until(async () => (await frame.getByRole('grid').getAttribute('aria-rowcount')) === '100001', 'the calls');
    assert.match(await frame.locator('footer').innerText(), /^100,000 calls · Older calls aren't shown\./);
    await window.screenshot(path.join(SCREENSHOTS, 'audit-log-many.png'));
    await window.runCommand('View: Close All Editors');
  });
});
