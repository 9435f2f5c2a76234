import assert from 'node:assert/strict';
import path from 'node:path';
import { packageScriptedModel, packageVsix } from '../harness/vscode/packages.ts';
import { answerFileDialog, ask } from '../harness/vscode/steps.ts';
import { Workbench } from '../harness/vscode/workbench.ts';
import { ANSWER, QUESTION, SCREENSHOTS, Session } from './session.ts';

/** What a new user does, in order: a click, or one thing typed and sent. */
const MOST_ACTIONS = 6;

suite('a new user', function () {
  this.timeout(240_000);
  let session: Session;
  let window: Workbench;
  suiteSetup(async () => {
    session = await Session.start({ vsix: [await packageScriptedModel()], settings: { 'files.simpleDialog.enable': true } });
  });
  suiteTeardown(() => session.dispose());

  test(`has the first answer of an agent after at most ${String(MOST_ACTIONS)} actions from the installation on [F97]`, async () => {
    const vsix = await packageVsix();
    window = await Workbench.open(session.codeServer, session.context);
    const { page } = window;
    await window.started();
    const actions: { readonly what: string; readonly at: number }[] = [];
    const act = async (what: string, does: () => Promise<void>): Promise<void> => {
      actions.push({ what, at: Date.now() });
      await does();
    };
    const answer = page.locator('.interactive-session .interactive-response', { hasText: ANSWER }).last();

    // From the Marketplace this is one click on Install.
    await act('install', async () => {
      await window.runCommand('Extensions: Install from VSIX');
      await answerFileDialog(window, vsix);
    });
    const icon = page.locator('.activitybar [aria-label^="MySQL Pilot"]').first();
    await icon.waitFor({ timeout: 60_000 });
    await act('click the icon in the activity bar', () => icon.click());
    await act('click Add Connection', () => page.locator('.welcome-view-content .monaco-button', { hasText: /^Add Connection$/ }).click());
    await act('paste a URL', () => window.answer(session.url));
    await window.treeRow('127.0.0.1').waitFor();
    const input = page.locator('.interactive-session .chat-editor-container .monaco-editor').first();
    if (!(await input.isVisible())) await act('open the chat', () => window.runCommand('Chat: Open Chat'));
    await act('ask a question', async () => {
      await input.click();
      await page.keyboard.insertText(QUESTION);
      await page.keyboard.press('Enter');
    });
    const permission = page.locator('.interactive-session .monaco-button:visible', { hasText: /^(?:Allow|Continue)/ }).last();
    await permission.or(answer).first().waitFor({ timeout: 60_000 });
    if (!(await answer.isVisible())) await act('allow the tool', () => permission.click());
    await answer.waitFor({ timeout: 60_000 });

    const end = Date.now();
    const start = actions[0]?.at ?? end;
    console.log(
      `      ${String(actions.length)} actions, ${((end - start) / 1000).toFixed(1)} s to the answer:`,
      actions.map(({ what, at }) => `${((at - start) / 1000).toFixed(1)} s ${what}`).join(', '),
    );
    await window.screenshot(path.join(SCREENSHOTS, 'newcomer.png'));
    assert.ok(actions.length <= MOST_ACTIONS, JSON.stringify(actions));
  });

  test('a window without a folder works [F113]', async () => {
    assert.equal(new URL(window.page.url()).searchParams.get('ew'), 'true');
    await window.runCommand('View: Show Explorer');
    await window.page.locator('.pane-header', { hasText: 'No Folder Opened' }).waitFor();
    await ask(window, QUESTION, ANSWER);
  });
});
