import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { codeOf } from '../harness/mcp/approvalPage.ts';
import { StandaloneSetup } from '../harness/mcp/standaloneSetup.ts';
import { URL_CLIENTS, type UrlClient } from '../harness/mcp/urlClients.ts';
import { until } from '../harness/run.ts';
import { SAMPLE } from '../harness/servers/sample.ts';
import { execute } from '../harness/servers/testServer.ts';
import { launchBrowser } from '../harness/vscode/chromium.ts';
import { seriousViolations } from '../harness/vscode/webviews.ts';
import { SCREENSHOTS } from './session.ts';

/** More than anybody needs from the heading to the button. */
const MANY_TABS = 30;

suite('approval page in a browser', function () {
  this.timeout(120_000);
  let setup: StandaloneSetup;
  let client: UrlClient;
  let browser: Browser;
  let shown = Promise.withResolvers<string>();
  const problems: string[] = [];

  const notes = async (where: string): Promise<number> => {
    const [row] = (await execute(setup.server, `SELECT COUNT(*) AS n FROM shop.orders WHERE note = '${where}'`)) as { n: number }[];
    return row?.n ?? -1;
  };
  const write = (note: string): Promise<string> =>
    client.call('mysql_execute', { sql: `UPDATE orders SET note = '${note}' WHERE id BETWEEN 60 AND 64` });
  const address = async (): Promise<string> => {
    const url = await shown.promise;
    shown = Promise.withResolvers();
    return url;
  };
  const open = async (url: string, options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> => {
    const page = await browser.newPage({ viewport: { width: 900, height: 720 }, ...options });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    page.setDefaultTimeout(8000);
    await page.goto(url);
    return page;
  };
  const picture = (page: Page, name: string): Promise<unknown> => page.screenshot({ path: path.join(SCREENSHOTS, `approval-${name}.png`) });
  const runButton = (page: Page) => page.getByRole('button', { name: 'Run 5-Row Update' });
  const isEnabled = (page: Page) => until(async () => (await runButton(page).getAttribute('aria-disabled')) === 'false', 'the button');

  suiteSetup(async () => {
    setup = await StandaloneSetup.start();
    const { user: MYSQL_USER, password: MYSQL_PASSWORD } = SAMPLE.owner;
    client = await URL_CLIENTS['2025-11-25 over stdio']({
      env: { ...setup.env, MYSQL_USER, MYSQL_PASSWORD, MYSQL_ALLOW_UPDATE: 'ask', MYSQL_WRITES_FROM: 'trusted' },
      open: ({ url }) => {
        shown.resolve(url);
        return Promise.resolve('accept');
      },
    });
    browser = await launchBrowser();
  });
  suiteTeardown(async () => {
    await browser.close();
    await client.close();
    await setup.dispose();
  });
  teardown(async function () {
    if (this.currentTest?.state === 'failed') {
      console.log(problems);
      for (const [i, page] of browser
        .contexts()
        .flatMap((context) => context.pages())
        .entries())
        await picture(page, `failed-${String(i)}`);
    }
    for (const context of browser.contexts()) await context.close();
    problems.length = 0;
  });

  test('a person reads and approves with the keyboard alone, and reads what became of it', async () => {
    const answer = write('by keyboard');
    const page = await open(await address());
    await page.getByRole('heading', { level: 1, name: 'Update 5 rows in shop.orders' }).waitFor();
    assert.equal(page.url(), `${new URL(page.url()).origin}/`, 'the code is no longer in the address');
    assert.equal(await page.evaluate('document.activeElement.tagName'), 'H1');
    await page.getByRole('heading', { name: /^Rows before and after/ }).waitFor();
    const visited: string[] = [];
    for (
      let i = 0;
      i < MANY_TABS &&
      !(await runButton(page)
        .evaluate('(one) => one === document.activeElement')
        .catch(() => false));
      i++
    ) {
      await page.keyboard.press('Tab');
      visited.push(String(await page.evaluate('document.activeElement.innerText || document.activeElement.tagName')));
      if (await page.evaluate("document.activeElement.classList.contains('run')")) break;
    }
    assert.ok(visited.some((one) => one.includes('Extend Time')) && visited.some((one) => one.includes('Reject')), visited.join(' | '));
    await isEnabled(page);
    await page.keyboard.press('Enter');
    assert.equal(await notes('by keyboard'), 0, 'Enter, which ends a line elsewhere, is no yes');
    await page.keyboard.press('Space');
    assert.match(await answer, /^COMMITTED/);
    await page
      .getByRole('status')
      .filter({ hasText: /^Committed in [\d,]+ ms\. Rows changed: 5\./ })
      .waitFor();
    assert.equal(await notes('by keyboard'), 5);
    await picture(page, 'committed');
    assert.deepEqual(problems, []);
    await page.close();
  });

  for (const [name, options] of [
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['forced-colors', { colorScheme: 'dark', forcedColors: 'active' }],
    ['high-contrast', { colorScheme: 'dark', contrast: 'more' }],
    ['narrow', { colorScheme: 'light', viewport: { width: 340, height: 460 } }],
  ] as const)
    test(`shows the review in ${name} without what axe calls serious, and a no with a reason goes to the agent`, async () => {
      const answer = write(name);
      const page = await open(await address(), options);
      await page.getByRole('heading', { level: 1, name: 'Update 5 rows in shop.orders' }).waitFor();
      if (name !== 'narrow') await isEnabled(page);
      await picture(page, name);
      assert.deepEqual(await seriousViolations(page.mainFrame()), []);
      await page.getByLabel('Reason for the agent (optional)').fill('Only row 60');
      await page.getByRole('button', { name: 'Reject' }).click();
      assert.match(await answer, /The user's reason: "Only row 60"/);
      await page.getByText('You rejected the write. Nothing was changed.').waitFor();
      assert.equal(await notes(name), 0);
      assert.deepEqual(problems, []);
      await page.close();
    });

  test('a second tab is refused and told, the first one is warned, and either may reject', async () => {
    const answer = write('twice');
    const url = await address();
    const page = await open(url);
    await page.getByRole('heading', { level: 1, name: 'Update 5 rows in shop.orders' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Update 5 rows in shop.orders' }).waitFor();
    const second = await open(url);
    await second.getByRole('heading', { level: 1, name: 'Nothing to Decide Here' }).waitFor();
    await second.getByText('This address was already opened, in another tab or browser.').waitFor();
    await page.getByRole('alert').filter({ hasText: 'opened a second time' }).waitFor();
    await picture(second, 'second');
    await picture(page, 'warned');
    await second.getByRole('button', { name: 'Reject the Request' }).click();
    assert.match(await answer, /^approval\.denied/);
    await second.getByText('You rejected the request. Nothing was changed.').waitFor();
    await page.getByText('You rejected the write. Nothing was changed.').waitFor();
    await Promise.all([page.close(), second.close()]);
  });

  test('a page of another site can neither frame it, nor send to it, nor speak into it', async () => {
    const answer = write('foreign');
    const url = await address();
    const { origin } = new URL(url);
    const evil = await site(
      `<iframe src="${url}"></iframe><script>
        const body = JSON.stringify({ code: '${codeOf(url)}' });
        window.done = Promise.allSettled([
          fetch('${origin}/open', { method: 'POST', headers: { 'content-type': 'application/json' }, body }),
          fetch('${origin}/open', { method: 'POST', mode: 'no-cors', body }),
          fetch('${origin}/reject', { method: 'POST', mode: 'no-cors', body }),
        ]).then((all) => all.map(({ status, value }) => status + (value === undefined ? '' : ' ' + value.type)).join());
        window.opened = window.open('${url}');
        setInterval(() => window.opened?.postMessage({ type: 'state', state: { phase: 'committed', read: true, remainingMs: 0, text: 'Forged', undo: false } }, '*'), 50);
      </script>`,
    );
    try {
      const page = await browser.newPage();
      const popup = page.context().waitForEvent('page');
      await page.goto(evil.url);
      assert.equal(await page.evaluate('window.done'), 'rejected,rejected,rejected');
      const frame = page.frames().find((one) => one !== page.mainFrame());
      assert.ok(!((await frame?.content().catch(() => '')) ?? '').includes('acquireVsCodeApi'), 'it is in no frame');
      const opened = await popup;
      await opened.getByRole('heading', { level: 1, name: 'Update 5 rows in shop.orders' }).waitFor();
      assert.ok(!(await opened.content()).includes('Forged'));
      assert.equal(await opened.evaluate('window.opener'), null);
      await opened.getByRole('button', { name: 'Reject' }).click();
      assert.match(await answer, /^approval\.denied/);
      assert.equal(await notes('foreign'), 0);
      await Promise.all([page.close(), opened.close()]);
    } finally {
      evil.server.close();
    }
  });

  test('a page whose server is killed says so and that nothing was changed', async () => {
    void write('killed').catch(() => undefined);
    const page = await open(await address());
    await page.getByRole('heading', { level: 1, name: 'Update 5 rows in shop.orders' }).waitFor();
    process.kill(client.pid(), 'SIGKILL');
    await page.getByText('The server has ended, so no one can decide here any more. Nothing was changed.').waitFor();
    assert.equal(await notes('killed'), 0);
    await page.close();
  });
});

async function site(body: string): Promise<{ url: string; server: Server }> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://localhost:${String((server.address() as AddressInfo).port)}/`, server };
}
