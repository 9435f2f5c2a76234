// Runs a script with the Node that runs npm. In an npm script `node` is the pinned one, since npm puts node_modules/.bin before everything else.
const { spawnSync } = require('node:child_process');
const { existsSync } = require('node:fs');
const path = require('node:path');

const node = process.env.npm_node_execpath ?? process.execPath;
const [version] = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim().slice(1).split('.');
if (Number(version) < 22) {
  console.error(`Node 22 or newer is needed, and ${node} is ${version}.`);
  process.exit(1);
}
for (const [needed, command] of [
  ['node_modules/.installed', 'setup'],
  ['dist/server.js', 'build'],
]) {
  if (existsSync(path.join(__dirname, '..', needed))) continue;
  console.error(`${needed} is missing: run npm run ${command} first.`);
  process.exit(1);
}
console.error(`· Node ${version}: ${node}`);
process.exit(spawnSync(node, process.argv.slice(2), { stdio: 'inherit' }).status ?? 1);
