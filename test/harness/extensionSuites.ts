import path from 'node:path';
import { ROOT } from './root.ts';
import { run } from './run.ts';
import { loadSample, SAMPLE } from './servers/sample.ts';
import { startServer } from './servers/source.ts';
import { serverUrl, type Flavour } from './servers/testServer.ts';
import { runHostSuite, SCRIPTED_MODEL, type HostOutcome } from './vscode/hostSuite.ts';

export const VSIX = path.join(ROOT, 'out/mysql-pilot.vsix');

/** Packs what was built; `--no-dependencies`: everything is in the bundles. */
export async function packageVsix(): Promise<string> {
  await run(path.join(ROOT, 'node_modules/.bin/vsce'), ['package', '--no-dependencies', '--out', VSIX], { cwd: ROOT });
  return VSIX;
}

interface ExtensionSuite {
  readonly name: string;
  run(): Promise<HostOutcome>;
}

/** The suites inside a real extension host. */
export function extensionSuites(): ExtensionSuite[] {
  return [
    { name: 'extension: main path, from source, MySQL', run: () => mainPath('mysql', false) },
    { name: 'extension: main path, installed VSIX, MySQL', run: () => mainPath('mysql', true) },
    { name: 'extension: main path, from source, MariaDB', run: () => mainPath('mariadb', false) },
  ];
}

async function mainPath(flavour: Flavour, installed: boolean): Promise<HostOutcome> {
  const server = await startServer(flavour);
  try {
    await loadSample(server);
    return await runHostSuite({
      suite: 'main',
      developmentExtension: installed ? SCRIPTED_MODEL : ROOT,
      vsix: installed ? [await packageVsix()] : [],
      hostEnv: {
        PILOT_URL: serverUrl(server, SAMPLE.owner, SAMPLE.database),
        PILOT_FLAVOUR: flavour,
        PILOT_INSTALLED: installed ? '1' : '0',
      },
      screenshots: path.join(ROOT, 'out/screenshots'),
      onLine: console.log,
    });
  } finally {
    await server.dispose();
  }
}
