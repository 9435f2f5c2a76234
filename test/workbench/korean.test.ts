import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { ROOT } from '../harness/root.ts';
import { startHostileServer, type HostileServer } from '../harness/servers/hostileServer.ts';
import { execute } from '../harness/servers/testServer.ts';
import { chooseFromMenu, chooseInForm, hoverOver, openFile } from '../harness/vscode/steps.ts';
import { webviewFrame } from '../harness/vscode/webviews.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { ERROR, FILES, LOOK, SCHEMA } from './hostileWorld.ts';
import { askForWrite, ReviewTab } from './review.ts';
import { SCREENSHOTS, Session } from './session.ts';

const MANIFEST = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
  readonly contributes: { readonly configuration: { readonly properties: Readonly<Record<string, object>> } };
};
/** Every setting of ours, as a workspace would like to have it. */
const HOSTILE_SETTINGS = Object.fromEntries(
  Object.keys(MANIFEST.contributes.configuration.properties).map((key) => [
    key,
    '5, GLOBAL max_connections = 77 -- [PWNED](command:pwned)',
  ]),
);
const NAMES = JSON.parse(readFileSync(path.join(ROOT, 'package.nls.ko.json'), 'utf8')) as Readonly<Record<string, string>>;

suite('in Korean, in a workspace that is not trusted at first', function () {
  this.timeout(240_000);
  let session: Session;
  let window: Workbench;
  let hostile: HostileServer;

  const command = (id: string): Promise<void> => window.runCommand(`MySQL Pilot: ${NAMES[`command.${id}`] ?? assert.fail(id)}`);
  const row = (label: string) => window.page.locator(`.pane-body .monaco-list-row[aria-label*="${label}"]`).first();
  const toast = (text: RegExp) => window.page.locator('.notification-toast', { hasText: text }).first();
  const dialog = () => window.page.locator('.monaco-dialog-box');
  /** Shown there, in a sentence of ours in Korean, and nothing is made of it. */
  const shown = async (where: string, frame: Frame | Page = window.page): Promise<void> => {
    for (const one of new Set([frame, ...window.page.frames()])) {
      const seen = await one.evaluate<{ made: string[]; text: string }>(LOOK).catch(() => undefined); // a frame that is gone
      if (seen === undefined) continue;
      assert.deepEqual(seen.made, [], where);
      if (one === frame) assert.match(seen.text, /PWNED/, where);
    }
  };

  const isKorean = async (review: ReviewTab): Promise<void> => {
    const ours = await review.frame.locator('h2, h3, dt, button:visible, .hint, label > span, .remark').allInnerTexts();
    for (const text of ours) assert.match(text.trim(), /^$|[가-힣]/, text);
  };

  suiteSetup(async () => {
    hostile = await startHostileServer({ answers: [Buffer.concat([Buffer.from([0xff, 0x15, 0x04]), Buffer.from(`#28000${ERROR}`)])] });
    session = await Session.start({
      restricted: true,
      settings: { 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'never' },
    });
    const folder = path.join(session.codeServer.folder, 'folders', 'korean');
    await mkdir(folder, { recursive: true });
    for (const name of ['read.sql', 'fail.sql', 'drop-pwned.sql'] as const) await writeFile(path.join(folder, name), FILES[name]);
    await mkdir(path.join(folder, '.vscode'));
    await writeFile(path.join(folder, '.vscode/settings.json'), JSON.stringify(HOSTILE_SETTINGS));
    // As a language pack would; without one the workbench itself stays English.
    await session.context.addInitScript("globalThis._VSCODE_NLS_LANGUAGE = 'ko'");
    window = await session.openWindow('korean');
    await window.page.locator('.activitybar [aria-label^="MySQL Pilot"]').first().click();
    await window.page.locator('.part.sidebar .pane-body').first().waitFor();
  });
  suiteTeardown(async () => {
    hostile.close();
    await session.dispose();
  });
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  test('views, welcome and commands have Korean names [F116]', async () => {
    await window.page.locator('.pane-header', { hasText: '에이전트 활동' }).waitFor();
    await window.page.locator('.welcome-view-content .monaco-button', { hasText: '양식으로 연결 추가' }).waitFor();
    await window.runCommand('MySQL Pilot: 연결 추가…');
    await window.page.locator('.quick-input-widget', { hasText: '연결 URL을 붙여 넣거나' }).waitFor();
    await window.answer(session.url);
    await window.page.locator('.monaco-list-row[aria-label^="연결 shop"]').click();
    await window.page.locator('.monaco-list-row[aria-label^="데이터베이스 shop"]').click();
    await window.page.locator('.monaco-list-row[aria-label^="테이블, customers"]').waitFor();
  });

  test('the form is Korean, too [F117]', async () => {
    await window.runCommand('MySQL Pilot: 양식으로 연결 추가…');
    const frame: Frame = await webviewFrame(window.page, 'form');
    const labels = (await frame.locator('.field:visible .label').allInnerTexts()).filter((label) => label !== 'TLS');
    assert.ok(labels.length > 8);
    for (const label of labels) assert.match(label, /[\uAC00-\uD7A3]/);
    await window.screenshot(path.join(SCREENSHOTS, 'korean.png'));
    await window.runCommand('View: Close All Editors');
  });

  test('hostile names and comments are words in the tree and its tooltips', async () => {
    for (const statement of SCHEMA) await execute(session.mysql, statement);
    await execute(session.mysql, "GRANT ALL ON shop.* TO 'app'@'%'");
    await command('refresh');
    await row('테이블, [PWNED]').waitFor();
    await shown('tree');
    await hoverOver(window, row('테이블, [PWNED]'), 'PWNED');
    await shown('tooltip');
    await window.page.keyboard.press('Escape');
    await row('테이블, [PWNED]').click();
    await row('열 [PWNED]').waitFor();
    await shown('columns');
  });

  test('the words of a hostile server are words in a sentence in Korean', async () => {
    await command('addConnection');
    await window.answer(`mysql://app:secret@127.0.0.1:${String(hostile.port)}/x?ssl-mode=disabled`);
    await toast(/[\uAC00-\uD7A3][^]*PWNED|PWNED[^]*[\uAC00-\uD7A3]/).waitFor();
    await shown('notification');
    await window.runCommand('Notifications: Clear All Notifications');
  });

  test('a file of the workspace does not run before it is trusted, and its hostile names are words in what says so', async () => {
    await openFile(window, 'read.sql', 'SELECT');
    await window.page.locator('.codelens-decoration a', { hasText: '실행' }).first().click();
    await toast(/신뢰/).waitFor();
    await shown('refusal');
    await window.runCommand('Notifications: Clear All Notifications');
    await window.runCommand('Workspaces: Manage Workspace Trust');
    await window.page
      .locator('.workspace-trust-editor .monaco-button', { hasText: /^Trust/ })
      .first()
      .click();
    await window.page.locator('.statusbar-item', { hasText: '에이전트' }).filter({ hasText: '읽기' }).waitFor();
    await window.page.locator('.monaco-modal-editor-block .action-label.codicon-close').last().click();
    await window.page.locator('.codelens-decoration a', { hasText: '실행' }).first().click();
    const frame = await webviewFrame(window.page, 'header .tabs');
    await frame.locator('.cell[data-row="0"][data-column="1"]').waitFor();
    await shown('grid', frame);
  });

  test('a message, a question and its review show hostile names as words', async () => {
    await openFile(window, 'fail.sql', 'CALL');
    await window.page.keyboard.press('Control+Enter');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'shop' }).first().click();
    await window.page.locator('.monaco-dialog-box .monaco-button', { hasText: /^실행$/ }).click(); // the account can't read the procedure
    const frame = await webviewFrame(window.page, 'header .tabs');
    await frame.locator('.messages li', { hasText: 'PWNED' }).first().waitFor();
    await shown('messages', frame);
    await openFile(window, 'drop-pwned.sql', 'DROP');
    await window.page.keyboard.press('Control+Home');
    await window.page.keyboard.press('Control+Enter');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'shop' }).first().click();
    await dialog().filter({ hasText: 'PWNED' }).waitFor();
    await shown('question');
    assert.ok(!(await dialog().innerText()).split('\n').some((line) => line.startsWith('-- ok')));
    await window.screenshot(path.join(SCREENSHOTS, 'korean-question.png'));
    await window.page.keyboard.press('Enter');
    const review = await ReviewTab.find(window);
    assert.match(await review.headline, /^테이블 shop\.`\[PWNED\].*` 삭제/);
    await shown('review', review.frame);
    await isKorean(review);
    await window.screenshot(path.join(SCREENSHOTS, 'korean-own-review.png'));
    await review.reject();
    await ReviewTab.gone(window);
    const [left] = (await execute(
      session.mysql,
      "SELECT COUNT(*) AS n FROM information_schema.tables WHERE table_name LIKE '[PWNED]%'",
    )) as {
      n: number;
    }[];
    assert.equal(left?.n, 1);
  });

  test('the review of a write of an agent is Korean', async () => {
    await window.runCommand('View: Close All Editors');
    await command('setAccess');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'shop' }).first().click();
    const permissions = await webviewFrame(window.page, 'form [data-field="agents"]');
    await chooseInForm(permissions, 'changes', '행만(승인 필요)');
    await window.screenshot(path.join(SCREENSHOTS, 'korean-permissions.png'));
    await permissions.locator('[data-action="save"]').click();
    await window.page.locator('.tab', { hasText: '에이전트 권한' }).waitFor({ state: 'detached' });
    const review = await askForWrite(window, 'Please change the odd row.');
    assert.match(await review.headline, /^shop\.`\[PWNED\].*`에서 1개 행 업데이트$/);
    assert.equal(await review.runButton.innerText(), '1개 행 업데이트 실행');
    await shown('review of a write', review.frame);
    await isKorean(review);
    await window.screenshot(path.join(SCREENSHOTS, 'korean-review.png'));
    await review.reject();
    await window.page.locator('.interactive-session .interactive-response', { hasText: 'rejected the write' }).last().waitFor();
  });

  test('the plan and the diagram show hostile names as words', async () => {
    await window.runCommand('View: Close All Editors');
    await openFile(window, 'read.sql', 'SELECT');
    await window.page.keyboard.press('Control+Home');
    await command('explainStatement');
    const plan = await webviewFrame(window.page, '.findings');
    await plan.locator('.row').first().waitFor();
    await shown('plan', plan);
    for (const text of await plan.locator('h2, button:visible, .head span').allInnerTexts()) assert.match(text.trim(), /^$|[가-힣%]/, text);
    await chooseFromMenu(window, row('데이터베이스 shop'), NAMES['command.showDiagram'] ?? assert.fail('no name'));
    await shown('diagram', await webviewFrame(window.page, '.surface .table'));
    await window.screenshot(path.join(SCREENSHOTS, 'korean-diagram.png'));
  });

  test('a committed write is undone, and stands in the activity and in the audit log, with hostile names as words', async () => {
    await window.runCommand('View: Close All Editors');
    await (await askForWrite(window, 'Please change the odd row.')).run();
    await toast(/커밋/).waitFor();
    await shown('what was committed');
    const activity = window.page.locator('.pane-header', { hasText: '에이전트 활동' });
    if ((await activity.getAttribute('aria-expanded')) !== 'true') await activity.click();
    await window.page.locator('.pane-body .monaco-list-row', { hasText: 'execute' }).first().waitFor();
    await shown('activity');
    await toast(/커밋/).locator('.monaco-button', { hasText: '실행 취소' }).click();
    const undo = await ReviewTab.find(window);
    await shown('review of an undo', undo.frame);
    await isKorean(undo);
    await window.screenshot(path.join(SCREENSHOTS, 'korean-undo.png'));
    await undo.run();
    await toast(/실행 취소/).waitFor();
    await command('showRecord');
    const log = await webviewFrame(window.page, '.grid[aria-label="에이전트 감사 로그"]');
    await log.locator('.cell[role="gridcell"][data-column="4"]', { hasText: 'PWNED' }).first().waitFor();
    await shown('audit log', log);
    for (const text of await log.locator('.head .cell, footer').allInnerTexts()) assert.match(text, /[가-힣]/, text);
    await window.screenshot(path.join(SCREENSHOTS, 'korean-audit.png'));
  });

  test('the settings of the workspace have reached no server, neither before it was trusted nor after', async () => {
    const [found] = (await execute(session.mysql, 'SELECT @@GLOBAL.max_connections AS n')) as { n: number }[];
    assert.equal(found?.n, 151);
    await shown('the window', window.page.mainFrame());
  });
});
