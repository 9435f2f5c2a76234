// The first step of `npm test` and `npm run demo`: works with any Node from 20 on and no installed package. Installs what
// package-lock.json names if that has not been done yet, then hands over to the script with the Node that the project pins.
const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const root = path.join(__dirname, '..');
const marker = path.join(root, 'node_modules', '.installed');

function fail(message) {
  console.error(message);
  process.exit(1);
}

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (error) fail(`${command} could not be started: ${error.message}`);
  return status ?? 1;
}

if (Number(process.versions.node.split('.')[0]) < 20) fail(`Node 20 or newer is needed; this is ${process.version}.`);

const wanted = createHash('sha256')
  .update(readFileSync(path.join(root, 'package-lock.json')))
  .digest('hex');
const installed = existsSync(marker) ? readFileSync(marker, 'utf8') : '';
if (installed !== wanted) {
  console.error('· installing dependencies (npm ci)');
  const status = run('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'], {
    shell: process.platform === 'win32',
  });
  if (status !== 0) fail('npm ci failed: see above. Is the npm registry reachable?');
  writeFileSync(marker, wanted);
}

const [script, ...args] = process.argv.slice(2);
const node = path.join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
if (!existsSync(node)) fail('The pinned Node is missing: was npm ci run with --ignore-scripts? Delete node_modules and try again.');
// What is not ours tells its errors by itself.
const plain = /^(?:scripts|test\/performance)\//.test(script ?? '')
  ? ['--import', pathToFileURL(path.join(__dirname, 'plainErrors.ts')).href]
  : [];
if (script) process.exit(run(node, [...plain, script, ...args]));
