import Mocha from 'mocha';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import { until } from '../harness/run.ts';

/** VS Code pins console.* in the extension host, so the harness knows our lines by a mark. */
function print(mark: string, text: string): void {
  for (const line of text.split('\n')) console.log(`${mark} ${line}`);
}

/** Asks the harness for a picture of the workbench as it is now; resolves when it is on disk. Desktop VS Code has nobody to take one. */
export async function screenshot(name: string): Promise<string | undefined> {
  const folder = process.env['PILOT_SHOTS'];
  if (folder === undefined) return undefined;
  const file = path.join(folder, `${name}.png`);
  rmSync(file, { force: true });
  print('[S]', file);
  return until(() => existsSync(file) && file, `the screenshot ${name}`);
}

/** VS Code's entry for suites in the extension host, in their order: resolves for success, rejects for failure. */
export async function run(): Promise<void> {
  const suites = process.env['PILOT_SUITES']?.split(path.delimiter) ?? [];
  if (suites.length === 0) throw new Error('PILOT_SUITES names no suite.');
  Mocha.reporters.Base.consoleLog = (...args: unknown[]) => {
    print('[T]', format(...args));
  };
  const mocha = new Mocha({ ui: 'tdd', color: false, timeout: 60_000, reporter: 'spec', forbidOnly: true });
  for (const suite of suites) mocha.addFile(suite);
  await new Promise<void>((resolve, reject) => {
    const runner = mocha.run((failures) => {
      print('[R]', JSON.stringify({ passed: runner.stats?.passes ?? 0, failed: failures }));
      if (failures === 0) resolve();
      else reject(new Error(`${String(failures)} tests failed`));
    });
    runner.on('pass', ({ title, file = '' }) => {
      print('[P]', `${path.basename(file, '.suite.cjs')} ${title}`);
    });
  });
}
