import path from 'node:path';
import type { Locator } from 'playwright-core';
import { packageScriptedModel, packageVirtualFolder, packageVsix } from '../harness/vscode/packages.ts';
import { addConnection, ask, openView } from '../harness/vscode/steps.ts';
import { webviewFrame } from '../harness/vscode/webviews.ts';
import { Workbench } from '../harness/vscode/workbench.ts';
import { ANSWER, QUESTION, SCREENSHOTS, Session } from './session.ts';

suite('a virtual workspace', function () {
  this.timeout(240_000);
  let session: Session;
  let window: Workbench;

  const row = (text: string): Locator => window.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();

  suiteSetup(async () => {
    session = await Session.start({ vsix: [await packageVsix(), await packageScriptedModel(), await packageVirtualFolder()] });
    window = await Workbench.open(session.codeServer, session.context, { folder: 'vscode-vfs://memory/work' });
    await window.ready();
    await openView(window);
  });
  suiteTeardown(() => session.dispose());
  teardown(async function () {
    if (this.currentTest?.state === 'failed')
      await window.screenshot(path.join(SCREENSHOTS, `failed-${this.currentTest.title.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  });

  test('its files are a source of connections', async () => {
    await window.runCommand('MySQL Pilot: Import Connections');
    await row('virtual@elsewhere.example').waitFor();
    await window.page.keyboard.press('Escape');
  });

  test('connections, SQL files and agents work [F115]', async () => {
    await addConnection(window, session.url, 'shop');
    await window.treeRow('shop').click();
    await window.page.locator('.pane-body .monaco-list-row[aria-label^="database shop"]').waitFor();
    await window.runCommand('View: Show Explorer'); // a search for files would need a provider that VS Code keeps to itself
    await window.page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'one.sql' }).click();
    await window.page.locator('.codelens-decoration a', { hasText: 'Run' }).first().click();
    const results = await webviewFrame(window.page, 'header .tabs');
    await results.locator('.cell[data-row="0"]', { hasText: '7' }).waitFor();
    await ask(window, QUESTION, ANSWER);
  });
});
