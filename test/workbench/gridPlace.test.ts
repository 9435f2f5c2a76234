import assert from 'node:assert/strict';
import path from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { until } from '../harness/run.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { openFile } from '../harness/vscode/steps.ts';
import { handOnDesk, takeConnectedDesk } from './desk.ts';
import { SCREENSHOTS } from './session.ts';
import { sqlSteps } from './sqlSteps.ts';

const LAST = 29;
const COLUMNS = Array.from({ length: LAST }, (_, i) => `CONCAT('value ', id, ' of ${String(i)}') AS c${String(i)}`).join(', ');
const FILES = {
  'wide.sql': `SELECT ${COLUMNS}, 1000 - id AS last FROM orders WHERE id <= 300;\nSELECT id, note FROM orders WHERE id <= 300;\n`,
};

suite('what somebody has made of a grid', function () {
  this.timeout(240_000);
  let window: Workbench;
  let frame: Frame;
  const { results, cell, status } = sqlSteps(() => window);

  const grid = (): Locator => frame.getByRole('grid');
  const header = (column: number): Locator => frame.locator(`.head [data-row="-1"][data-column="${String(column)}"]`);
  const ask = <T>(expression: string): Promise<T> =>
    frame.evaluate(`(() => { const grid = document.querySelector('.grid'); ${expression} })()`);
  const place = (): Promise<{ top: number; left: number }> => ask('return { top: grid.scrollTop, left: grid.scrollLeft };');
  /** A header that is drawn anew has no place for a moment. */
  const widthOf = async (column: number): Promise<number> => {
    let width = 0;
    await until(async () => (width = Math.round((await header(column).boundingBox())?.width ?? 0)) > 0, 'the header');
    return width;
  };
  const scrollTo = (top: number, left: number): Promise<void> => ask(`grid.scrollTo(${String(left)}, ${String(top)});`);
  const toRight = async (): Promise<void> => {
    await scrollTo(0, 100_000);
    await header(LAST).waitFor();
  };
  const shows = (row: number, column: number, text: string): Promise<void> =>
    cell(frame, row, column).filter({ hasText: text }).waitFor({ timeout: 20_000 });

  suiteSetup(async () => {
    ({ window } = await takeConnectedDesk({ files: FILES }));
    await openFile(window, 'wide.sql', 'SELECT');
    await window.page.keyboard.press('Control+Shift+Enter');
    await status('300 rows');
    frame = await results();
    await frame.locator('.tab').nth(1).waitFor();
    await frame.locator('.tab').first().click();
    await toRight();
  });
  suiteTeardown(handOnDesk);
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  test('stays when it is sorted: the column in sight, and the widths; the rows begin at the top', async () => {
    const edge = await header(LAST - 1)
      .locator('[data-resizes]')
      .boundingBox();
    assert.ok(edge !== null);
    const [x, y] = [edge.x + edge.width / 2, edge.y + edge.height / 2];
    const before = await widthOf(LAST - 1);
    await window.page.mouse.move(x, y);
    await window.page.mouse.down();
    await window.page.mouse.move(x - 40, y, { steps: 4 });
    await window.page.mouse.up();
    assert.equal(await widthOf(LAST - 1), before - 40);
    await toRight();
    const { left } = await place();
    await scrollTo(2000, left);
    await header(LAST).click();
    await shows(0, LAST, '700');
    assert.deepEqual([await place(), await widthOf(LAST - 1)], [{ top: 0, left }, before - 40]);
  });

  test('stays when it is filtered', async () => {
    const { left } = await place();
    for (const [filter, rows] of [
      ['value 7 of 3', '2'],
      ['', '301'],
    ] as const) {
      await frame.locator('.filter').fill(filter);
      await until(async () => (await grid().getAttribute('aria-rowcount')) === rows, 'the filtered rows');
      const moved = Math.abs((await place()).left - left);
      assert.ok(moved < 30, `${String(moved)} pixels, with the digits of the last row's number`);
    }
  });

  test('stays while another result is looked at, with the cell of the keyboard', async () => {
    const [{ left }, width] = [await place(), await widthOf(LAST - 1)];
    await scrollTo(1100, left);
    await cell(frame, 52, LAST).click();
    const before = await place();
    await frame.locator('.tab').nth(1).click();
    await cell(frame, 0, 1).waitFor();
    await frame.locator('.tab').first().click();
    await cell(frame, 52, LAST).waitFor();
    assert.deepEqual([await place(), await widthOf(LAST - 1)], [before, width]);
    assert.equal(await cell(frame, 52, LAST).getAttribute('aria-selected'), 'true');
  });

  test('what is typed into the filter narrows down the result that it was typed for', async () => {
    await frame.locator('.filter').focus();
    await frame.locator('.filter').fill('value 7 of 3');
    await ask("document.querySelectorAll('.tab')[1].click();"); // as a result that comes: the filter keeps the keyboard
    await until(async () => (await grid().getAttribute('aria-colcount')) === '3', 'the other result');
    assert.equal(await frame.locator('.filter').inputValue(), '');
    await status('300 rows');
    assert.equal(await grid().getAttribute('aria-rowcount'), '301');
    await frame.locator('.tab').first().click();
    await until(async () => (await grid().getAttribute('aria-rowcount')) === '2', 'the filtered rows');
    assert.equal(await frame.locator('.filter').inputValue(), 'value 7 of 3');
  });
});
