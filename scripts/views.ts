import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Locator } from 'playwright-core';
import { ROOT } from '../test/harness/root.ts';
import { run, until } from '../test/harness/run.ts';
import { execute } from '../test/harness/servers/testServer.ts';
import {
  addConnection,
  ask,
  chooseFromMenu,
  openAgentPermissions,
  clearNotifications,
  openFile,
  openView,
  setTheme,
  THEMES,
} from '../test/harness/vscode/steps.ts';
import { webviewFrame } from '../test/harness/vscode/webviews.ts';
import { VIEWPORT } from '../test/harness/vscode/workbench.ts';
import { ReviewTab } from '../test/workbench/review.ts';
import { ANSWER, QUESTION, Session } from '../test/workbench/session.ts';

/**
 * `npm run views [-- --only plan]`: each view in light, dark and high contrast, at 100 % and 200 % zoom, in the real workbench on a real server.
 * Each picture lies in out/views, and all six of a view on one sheet in docs/pictures/views.
 */
const { values } = parseArgs({ options: { only: { type: 'string' } } });
const PICTURES = path.join(ROOT, 'out/views');
const SHEETS = path.join(ROOT, 'docs/pictures/views');
const ZOOMS = [1, 2] as const;
const SQL = `SELECT c.country, COUNT(DISTINCT o.id) AS orders, SUM(o.total) AS revenue
FROM orders o JOIN customers c ON c.id = o.customer_id
WHERE o.status <> 'cancelled'
GROUP BY c.country
ORDER BY revenue DESC;
`;
const CSV = 'Name,Country,email\nAnn,KR,ann@example.org\nBob,DE,bob@example.org\n';

await run(process.execPath, ['esbuild.js'], { cwd: ROOT });
const session = await Session.start({ settings: { 'files.simpleDialog.enable': true } });
try {
  for (const folder of [PICTURES, SHEETS]) await mkdir(folder, { recursive: true });
  const workspace = path.join(session.codeServer.folder, 'folders/views');
  await mkdir(workspace, { recursive: true });
  await writeFile(path.join(workspace, 'revenue.sql'), SQL);
  await writeFile(path.join(workspace, 'people.csv'), CSV);
  await execute(
    session.mysql,
    'CREATE TABLE people (id INT PRIMARY KEY AUTO_INCREMENT, Name VARCHAR(40), Country CHAR(2), email VARCHAR(80))',
    'shop',
  );

  const window = await session.openWindow('views');
  const { page } = window;
  const debug = await session.context.newCDPSession(page);
  await openView(window);
  await addConnection(window, session.url, 'shop');

  const row = (label: string): Locator => page.locator(`.pane-body .monaco-list-row[aria-label^="${label}"]`).first();
  const expand = async (label: string, below: string): Promise<void> => {
    if ((await row(below).count()) === 0) await row(label).click();
    await row(below).waitFor();
  };
  const shut = async (): Promise<void> => {
    await window.runCommand('View: Close All Editors');
    await clearNotifications(window);
  };
  const hide = async (part: 'auxiliarybar' | 'panel' | 'sidebar', command: string): Promise<void> => {
    if (await page.locator(`.part.${part}`).isVisible()) await window.runCommand(command);
  };
  const side = async (shown: boolean): Promise<void> => {
    if ((await page.locator('.part.sidebar').isVisible()) !== shown) await window.runCommand('View: Toggle Primary Side Bar Visibility');
  };
  const alone = async (): Promise<void> => {
    await hide('auxiliarybar', 'View: Hide Secondary Side Bar');
    await hide('panel', 'View: Hide Panel');
  };
  /** A bar at a side that the small window of a picture has made narrow. */
  const widen = async (part: 'sidebar' | 'auxiliarybar'): Promise<void> => {
    const box = await page.locator(`.part.${part}`).boundingBox();
    if (box === null || box.width > 320) return;
    const left = part === 'sidebar';
    const y = box.y + 200;
    await page.mouse.move(left ? box.x + box.width + 1 : box.x - 1, y);
    await page.mouse.down();
    await page.mouse.move(left ? box.x + 340 : box.x + box.width - 340, y, { steps: 4 });
    await page.mouse.up();
  };
  const openChat = async (): Promise<void> => {
    await window.runCommand('Chat: Open Chat');
    await page.locator('.interactive-session .chat-editor-container .monaco-editor').first().waitFor();
    await widen('auxiliarybar');
    await page.locator('.part.auxiliarybar .action-label[aria-label^="New Chat"]:visible').first().click();
  };
  const requestWrite = async (): Promise<ReviewTab> => {
    await openChat();
    await page.waitForTimeout(500);
    await page.locator('.interactive-session .chat-editor-container .monaco-editor').first().click();
    await page.keyboard.type('Please mark the late orders.');
    await page.keyboard.press('Enter');
    const button = page.locator('.interactive-session .monaco-button:visible', { hasText: /^(?:Allow|Continue)/ }).last();
    const status = page.locator('.statusbar-item', { hasText: 'to review' });
    await button.or(status).first().waitFor();
    if (!(await status.isVisible())) await button.click();
    return ReviewTab.find(window);
  };
  const rejected = async (): Promise<void> => {
    await page.locator('.interactive-session .interactive-response', { hasText: 'The user rejected the write' }).last().waitFor();
    await alone();
    await shut();
  };

  /** How each view is opened as a person opens it, and left again. */
  const views: Readonly<Record<string, { readonly open: () => Promise<void>; readonly leave: () => Promise<void> }>> = {
    results: {
      open: async () => {
        await openFile(window, 'revenue.sql', 'country');
        await page.keyboard.press('Control+Shift+Enter');
        await (await webviewFrame(page, 'header .tabs')).locator('.cell[data-row="0"][data-column="2"]').click();
      },
      leave: async () => {
        await window.runCommand('View: Hide Panel');
        await shut();
      },
    },
    agent: {
      open: async () => {
        await window.runCommand('MySQL Pilot: Focus on Agent Activity View');
        await openChat();
        await ask(window, QUESTION, ANSWER);
      },
      leave: alone,
    },
    form: {
      open: async () => {
        await chooseFromMenu(window, row('connection shop'), 'Edit Connection');
        await (await webviewFrame(page, 'form')).locator('[data-field="host"] input').waitFor();
      },
      leave: shut,
    },
    import: {
      open: async () => {
        await chooseFromMenu(window, row('table, people'), 'Import CSV');
        const input = page.locator('.quick-input-widget input[type="text"]:visible').first();
        await page.waitForTimeout(1000); // the dialog writes its own proposal once it has looked at the folder
        await input.fill(path.join(workspace, 'people.csv'));
        await page.waitForTimeout(500);
        await page.keyboard.press('Enter');
        await (await webviewFrame(page, 'form')).locator('.preview').waitFor();
      },
      leave: shut,
    },
    plan: {
      open: async () => {
        await openFile(window, 'revenue.sql', 'country');
        await window.runCommand('MySQL Pilot: Explain Statement');
        const plan = await webviewFrame(page, '.findings');
        await plan.locator('button', { hasText: 'Run and Measure' }).click();
        await plan.locator('.grid.measured').waitFor();
        await side(false);
      },
      leave: async () => {
        await side(true);
        await shut();
      },
    },
    diagram: {
      open: async () => {
        await chooseFromMenu(window, row('database shop'), 'Show Diagram');
        await webviewFrame(page, '.surface .table');
      },
      leave: shut,
    },
    access: {
      open: async () => {
        await openAgentPermissions(window, row('connection shop'));
        await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Rows, with my approval' }).waitFor();
      },
      leave: () => page.keyboard.press('Escape'),
    },
    review: {
      open: async () => {
        const review = await requestWrite();
        await until(() => review.isEnabled(), 'the review to be read');
      },
      leave: async () => {
        await (await ReviewTab.find(window)).reject();
        await rejected();
      },
    },
    walkthrough: {
      open: async () => {
        await window.runCommand('Welcome: Open Walkthrough');
        await page.locator('.quick-input-list .monaco-list-row', { hasText: 'MySQL' }).first().click();
        await page.locator('.getting-started-step').first().waitFor();
      },
      leave: shut,
    },
  };

  const photograph = async (name: string, theme: string): Promise<void> => {
    await page.mouse.move(VIEWPORT.width - 4, 4); // nothing hovers
    for (const zoom of ZOOMS) {
      const width = VIEWPORT.width / zoom;
      const height = VIEWPORT.height / zoom;
      await debug.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: zoom, mobile: false });
      await page.waitForTimeout(900);
      const { data } = await debug.send('Page.captureScreenshot', { format: 'png' });
      await writeFile(path.join(PICTURES, `${name}-${theme}-${String(zoom * 100)}.png`), Buffer.from(data, 'base64'));
    }
    await debug.send('Emulation.setDeviceMetricsOverride', { ...VIEWPORT, deviceScaleFactor: 1, mobile: false });
    await page.waitForTimeout(500);
  };

  const wanted = Object.entries(views).filter(([name]) => values.only === undefined || values.only.split(',').includes(name));
  await expand('connection shop', 'database shop');
  await expand('database shop', 'table, people');
  await expand('table, orders', 'column status');
  await openAgentPermissions(window, row('connection shop'));
  await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Rows, with my approval' }).click();
  await row('connection shop').and(page.locator('[aria-label*="agents can write"]')).waitFor();
  await alone();
  for (const theme of THEMES) {
    await setTheme(window, theme);
    for (const [name, { open, leave }] of wanted) {
      await widen('sidebar');
      await open().catch(async (error: unknown) => {
        await window.screenshot(path.join(PICTURES, 'failed.png'));
        throw error;
      });
      await photograph(name, theme.name);
      await leave();
      console.log(`${name}, ${theme.name}`);
    }
  }

  /** One sheet: a column for each theme, a line for each zoom. As WebP, which a fifth of the bytes is enough for. */
  const sheet = await session.context.newPage();
  for (const [name] of wanted) {
    const files = ZOOMS.flatMap((zoom) => THEMES.map((theme) => path.join(PICTURES, `${name}-${theme.name}-${String(zoom * 100)}.png`)));
    const pictures = await Promise.all(files.map(async (file) => `data:image/png;base64,${await readFile(file, 'base64')}`));
    const drawn = await sheet.evaluate<string>(`(async () => {
      const [width, height, gap] = [840, 540, 12];
      const canvas = new OffscreenCanvas(3 * width + 2 * gap, 2 * height + gap);
      const context = canvas.getContext('2d');
      for (const [i, source] of ${JSON.stringify(pictures)}.entries()) {
        const image = await createImageBitmap(await (await fetch(source)).blob(), { resizeWidth: width, resizeHeight: height, resizeQuality: 'high' });
        context.drawImage(image, (i % 3) * (width + gap), Math.floor(i / 3) * (height + gap));
      }
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/webp', quality: 0.75 })).arrayBuffer());
      let text = '';
      for (const byte of bytes) text += String.fromCharCode(byte);
      return btoa(text);
    })()`);
    await writeFile(path.join(SHEETS, `${name}.webp`), Buffer.from(drawn, 'base64'));
  }
} finally {
  await session.dispose();
}
process.exit(0);
