import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { addConnection, ask, expand, openAgentPermissions, openFile, openView, THEMES } from '../test/harness/vscode/steps.ts';
import { webviewFrame } from '../test/harness/vscode/webviews.ts';
import { ROOT } from '../test/harness/root.ts';
import { ANSWER, QUESTION, REVENUE, Session } from '../test/workbench/session.ts';

/** `npm run pictures`: takes the pictures of the walkthrough anew, in the real workbench on a real server. */
const WALKTHROUGH = path.join(ROOT, 'media/walkthrough');

const session = await Session.start({ settings: { 'window.autoDetectColorScheme': true } });
try {
  await mkdir(WALKTHROUGH, { recursive: true });
  const workspace = path.join(session.codeServer.folder, 'folders/shop');
  await mkdir(workspace, { recursive: true });
  await writeFile(path.join(workspace, 'revenue.sql'), REVENUE);
  const window = await session.openWindow('shop');
  const { page } = window;
  const [light, dark] = THEMES;
  /** As the system changes from day to night, which closes nothing that is open. */
  const wear = async ({ name, marker }: typeof light | typeof dark): Promise<void> => {
    await page.emulateMedia({ colorScheme: name });
    await page.waitForSelector(`.monaco-workbench.${marker}`);
    await page.waitForTimeout(1000); // colors fade in
  };
  const clip = async (name: string, x: number, y: number, width: number, height: number): Promise<void> => {
    for (const theme of [dark, light]) {
      await wear(theme);
      await page.screenshot({ path: path.join(WALKTHROUGH, `${name}-${theme.name}.png`), clip: { x, y, width, height } });
    }
  };
  await wear(light);

  await openView(window);
  await window.runCommand('MySQL Pilot: Add Connection…');
  await page.locator('.quick-input-widget input:visible').first().fill('mysql://user@db.example:3306/shop');
  await clip('connect', 380, 0, 640, 200);
  await page.keyboard.press('Escape');
  await addConnection(window, session.url, 'shop');
  await expand(window, 'app@127.0.0.1', 'information_schema');
  await page.locator('.pane-body .monaco-list-row[aria-label^="database shop"]').click();
  await expand(window, 'orders', 'placed_at');
  await clip('browse', 0, 40, 350, 480);

  await openFile(window, 'revenue.sql', 'SELECT');
  await page.keyboard.press('Control+Shift+Enter');
  const results = await webviewFrame(page, 'header .tabs');
  await results.locator('.cell[data-row="0"][data-column="2"]').click();
  await ask(window, QUESTION, ANSWER);
  await page.waitForTimeout(500);
  await clip('ask', 1090, 40, 310, 480);

  await openAgentPermissions(window, page.locator('.pane-body .monaco-list-row[aria-label^="connection shop"]').first());
  await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Rows, with my approval' }).waitFor();
  await clip('decide', 380, 0, 640, 260);
} finally {
  await session.dispose();
}
process.exit(0);
