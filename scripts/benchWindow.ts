import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Frame } from 'playwright-core';
import { ROOT } from '../test/harness/root.ts';
import { run } from '../test/harness/run.ts';
import { SAMPLE } from '../test/harness/servers/sample.ts';
import { execute, serverUrl } from '../test/harness/servers/testServer.ts';
import { loadWarehouse } from '../test/harness/servers/warehouse.ts';
import { addConnection, openFile, openView } from '../test/harness/vscode/steps.ts';
import { webviewFrame } from '../test/harness/vscode/webviews.ts';
import { Session } from '../test/workbench/session.ts';

/** `npm run bench:window`: what a person waits for, in the real workbench; with `--minutes 60` the memory of the extension host after an hour of use. */
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '0' } } });
const RUNS = 5;
const TABLES = 5000;
/** What takes longer will not come. */
const TIMEOUT_MS = 30_000;

await run(process.execPath, ['esbuild.js'], { cwd: ROOT });
const session = await Session.start({ settings: { 'mysqlPilot.results.maxRows': 100_000 } });
await loadWarehouse(session.mysql, TABLES);
await execute(session.mysql, `GRANT SELECT ON warehouse.* TO '${SAMPLE.owner.user}'@'%'`);
const [columns] = (await execute(
  session.mysql,
  "SELECT COUNT(*) AS n FROM information_schema.columns WHERE table_schema = 'warehouse'",
)) as {
  n: number;
}[];
const folder = path.join(session.codeServer.folder, 'folders/bench');
await mkdir(folder, { recursive: true });
await writeFile(path.join(folder, 'rows.sql'), 'SELECT * FROM orders;\n');
const window = await session.openWindow('bench');
await window.page.emulateMedia({ reducedMotion: 'no-preference' }); // what is measured is what a person sees
const { page } = window;
await openView(window);
await addConnection(window, serverUrl(session.mysql, SAMPLE.owner, SAMPLE.database), 'shop');
const row = (label: string): string => `.pane-body .monaco-list-row[aria-label^="${label}"]`;

/** Browser code: resolves to the moment at which something is drawn that was not there before. */
const drawn = (selector: string): string => `new Promise((resolve) => {
  const look = () => document.querySelector(${JSON.stringify(selector)}) === null ? requestAnimationFrame(look) : requestAnimationFrame(() => resolve(Date.now()));
  look();
})`;

/** Browser code: promises the moment of the next click or key. */
const LISTEN = `window.pilotAsked = new Promise((resolve) => {
  const done = () => { for (const name of ['pointerdown', 'keydown']) removeEventListener(name, done, true); resolve(Date.now()); };
  for (const name of ['pointerdown', 'keydown']) addEventListener(name, done, true);
}); undefined`;

/** Milliseconds from the first click or key of `act` to what it draws. */
async function time(act: () => Promise<void>, selector: string, frame?: Frame): Promise<number> {
  await page.evaluate(LISTEN); // before the key is on its way
  const asked = page.evaluate<number>('window.pilotAsked');
  const shown = asked.then(() => (frame ?? page.mainFrame()).evaluate<number>(drawn(selector)));
  await act();
  const late = sleep(TIMEOUT_MS).then(async () => {
    const picture = await window.screenshot(path.join(ROOT, 'out/bench/late.png'));
    throw new Error(`${selector} was not drawn in ${String(TIMEOUT_MS)} ms: ${picture}`);
  });
  late.catch(() => undefined); // the race may be over
  return (await Promise.race([shown, late])) - (await asked);
}

async function measure(what: string, once: (i: number) => Promise<number>): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) times.push(await once(i));
  const sorted = times.toSorted((a, b) => a - b);
  console.log(`${what}: median ${String(sorted[Math.floor(RUNS / 2)])} ms (${times.join(', ')})`);
}

const reload = async (): Promise<void> => {
  await window.reload();
  await openView(window);
  await page.locator(row('connection shop')).first().waitFor();
  await page.keyboard.press('Escape');
  await sleep(1500);
};
const toggle = async (label: string, below: string): Promise<void> => {
  if ((await page.locator(row(below)).count()) === 0) await page.locator(row(label)).first().click();
  await page.locator(row(below)).first().waitFor();
};

await measure('first expansion after a start, with connecting', async () => {
  await reload();
  if ((await page.locator(row('database shop')).count()) > 0) {
    await page.locator(row('connection shop')).first().click(); // expansion is remembered
    await page.locator(row('database shop')).first().waitFor({ state: 'detached' });
    await reload();
  }
  return time(() => page.locator(row('connection shop')).first().click(), row('database shop'));
});

await measure(`${String(TABLES)} tables of a database, read and drawn`, async () => {
  await toggle('connection shop', 'database warehouse');
  const shown = '.pane-body .monaco-list-row[aria-label^="table,"]';
  if ((await page.locator(shown).count()) > 0) {
    await page.locator(row('database warehouse')).first().click();
    await page.locator(shown).first().waitFor({ state: 'detached' });
  }
  await page.locator(row('database warehouse')).first().hover();
  await window.runCommand('MySQL Pilot: Refresh');
  await sleep(500);
  return time(() => page.locator(row('database warehouse')).first().click(), shown);
});
await page.locator(row('database warehouse')).first().click();

await measure(`go to object over ${String(columns?.n)} columns: a word typed, the first hit drawn`, async (i) => {
  await window.runCommand('MySQL Pilot: Go to Object…');
  await page.locator('.quick-input-list .monaco-list-row', { hasText: 'shop' }).first().click();
  await page.locator('.quick-input-widget input[placeholder*="Search by name"]').waitFor();
  await sleep(i === 0 ? 4000 : 1000); // the schema is read while the person thinks
  const word = ['payment', 'invoice', 'customer', 'shipment', 'ledger'][i] ?? 'order';
  const took = await time(
    () => page.keyboard.insertText(word).then(() => page.keyboard.press('Shift')),
    `.quick-input-list .monaco-list-row[aria-label*="${word}"]`,
  );
  await page.keyboard.press('Escape');
  return took;
});

await openFile(window, 'rows.sql', 'SELECT');
await page.keyboard.press('Control+Enter');
const results = await webviewFrame(page, 'header .tabs');
await results.locator('.cell[data-row="0"][data-column="0"]').waitFor();
await measure('rows of a statement on screen (1,000 rows of 6 columns)', async (i) => {
  const mark = `run${String(i)}`;
  await page.locator('.editor-instance .view-lines', { hasText: 'SELECT' }).first().click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(`SELECT ${String(i)} AS ${mark}, o.* FROM orders o;`);
  await sleep(500);
  return time(() => page.keyboard.press('Control+Enter'), `.head .cell[title^="${mark}"]`, results);
});

/** Resident memory of the process that runs our code, in MB: the extension host below our code-server, which is known by its folder. */
async function memory(): Promise<number> {
  const lines = (await run('ps', ['-A', '-ww', '-o', 'pid=,ppid=,rss=,args='])).trim().split('\n');
  const all = new Map(lines.map((line) => /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []).map(([, pid, ...rest]) => [pid, rest]));
  const isOurs = (pid: string | undefined): boolean => {
    const [parent, , args = ''] = all.get(pid) ?? [];
    return args.includes(session.codeServer.folder) || (parent !== undefined && isOurs(parent));
  };
  const hosts = [...all].filter(([pid, [, , args = '']]) => args.includes('--type=extensionHost') && isOurs(pid));
  if (hosts.length === 0) throw new Error('There is no extension host.');
  return Math.max(...hosts.map(([, [, resident]]) => Number(resident))) / 1024;
}

const minutes = Number(values.minutes);
if (minutes > 0) {
  const started = Date.now();
  let rounds = 0;
  console.log(`extension host: ${(await memory()).toFixed(0)} MB before ${String(minutes)} minutes of use`);
  for (let told = 0; Date.now() - started < minutes * 60_000; rounds++) {
    await page.locator('.editor-instance .view-lines').first().click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(`SELECT ${String(rounds)} AS round${String(rounds)}, o.* FROM orders o;`);
    await page.keyboard.press('Control+Enter');
    await results.locator(`.head .cell[title^="round${String(rounds)}"]`).waitFor();
    await page.locator(row('database shop')).first().click();
    await window.runCommand('MySQL Pilot: Go to Object…');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'shop' }).first().click();
    await page.locator('.quick-input-widget input[placeholder*="Search by name"]').waitFor();
    await page.keyboard.insertText('payment');
    await page.locator('.quick-input-list .monaco-list-row[aria-label*="payment"]').first().waitFor();
    await page.keyboard.press('Escape');
    await sleep(1500);
    if (Date.now() - started > told * 300_000) {
      console.log(`  ${String(told++ * 5)} min: ${(await memory()).toFixed(0)} MB after ${String(rounds + 1)} rounds`);
    }
  }
  console.log(`extension host: ${(await memory()).toFixed(0)} MB after ${String(minutes)} minutes and ${String(rounds)} rounds`);
}
await session.dispose();
process.exit(0);
