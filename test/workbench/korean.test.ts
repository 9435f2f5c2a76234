import assert from 'node:assert/strict';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { webviewFrame } from '../harness/vscode/webviews.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { SCREENSHOTS, Session } from './session.ts';

suite('in Korean, in the workbench', function () {
  this.timeout(240_000);
  let session: Session;
  let window: Workbench;

  suiteSetup(async () => {
    session = await Session.start();
    // As a language pack would; without one the workbench itself stays English.
    await session.context.addInitScript("globalThis._VSCODE_NLS_LANGUAGE = 'ko'");
    window = await session.openWindow('korean');
    await window.page.locator('.activitybar [aria-label^="MySQL Pilot"]').first().click();
    await window.page.locator('.part.sidebar .pane-body').first().waitFor();
  });
  suiteTeardown(() => session.dispose());
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  test('views, welcome and commands have Korean names [F116]', async () => {
    await window.page.locator('.pane-header', { hasText: '에이전트 활동' }).waitFor();
    await window.page.locator('.welcome-view-content .monaco-button', { hasText: '양식 작성' }).waitFor();
    await window.runCommand('MySQL Pilot: 연결 추가');
    await window.page.locator('.quick-input-widget', { hasText: '연결 URL을 붙여 넣거나' }).waitFor();
    await window.answer(session.url);
    await window.page.locator('.monaco-list-row[aria-label^="연결 shop"]').click();
    await window.page.locator('.monaco-list-row[aria-label^="데이터베이스 shop"]').click();
    await window.page.locator('.monaco-list-row[aria-label^="테이블, customers"]').waitFor();
  });

  test('the form is Korean, too [F117]', async () => {
    await window.runCommand('MySQL Pilot: 양식으로 연결 추가');
    const frame: Frame = await webviewFrame(window.page, 'form');
    const labels = (await frame.locator('.field:visible .label').allInnerTexts()).filter((label) => label !== 'TLS');
    assert.ok(labels.length > 8);
    for (const label of labels) assert.match(label, /[\uAC00-\uD7A3]/);
    await window.screenshot(path.join(SCREENSHOTS, 'korean.png'));
  });
});
