import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type LaunchOptions } from 'playwright-core';
import { cached } from '../cache.ts';
import { unpackDebian } from '../debian.ts';
import { recorded } from '../recorder.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

// Without the last ones Chromium asks Google's hosts for components and updates at every start.
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'].concat([
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]);

/** A headless browser: CHROMIUM_PATH, else one on the PATH, else Debian's in the cache. */
export function launchBrowser(): Promise<Browser> {
  return recorded('browser', async () => chromium.launch(await launchOptions()));
}

/** The same with a profile on disk, as a person's browser has one. */
export function launchProfile(folder: string, options: BrowserContextOptions): Promise<BrowserContext> {
  return recorded('browser', async () => chromium.launchPersistentContext(folder, { ...(await launchOptions()), ...options }));
}

async function launchOptions(): Promise<LaunchOptions> {
  const { executablePath, libraries } = await findChromium();
  const env = libraries.length === 0 ? {} : { env: { ...definedEnvironment(), LD_LIBRARY_PATH: libraries.join(':') } };
  return { executablePath, headless: true, args: ARGUMENTS, ...env };
}

async function findChromium(): Promise<{ executablePath: string; libraries: readonly string[] }> {
  const given = process.env['CHROMIUM_PATH'];
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const candidates = given === undefined ? folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name))) : [given];
  for (const executablePath of candidates) if (await isExecutable(executablePath)) return { executablePath, libraries: [] };
  try {
    const prefix = await cached('chromium', 'Chromium from Debian', (folder) =>
      unpackDebian({ suite: 'host', packages: ['chromium', 'fonts-dejavu-core', 'fontconfig-config'] }, folder),
    );
    const folder = path.join(prefix, 'usr/lib/x86_64-linux-gnu');
    const libraries = ['', 'pulseaudio', 'nss'].map((name) => path.join(folder, name));
    return { executablePath: path.join(prefix, 'usr/lib/chromium/chromium'), libraries };
  } catch (error) {
    throw new Error('No browser was found for the workbench: install Chromium or Chrome, or set CHROMIUM_PATH to its program.', {
      cause: error,
    });
  }
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
