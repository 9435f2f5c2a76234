// Runs the built server once for each start that stdin lists, and writes to stdout how each ended. See startMany.ts.
const { readFileSync } = require('node:fs');
const path = require('node:path');

class Exit extends Error {}

async function main() {
  const { runProgram } = require(path.join(__dirname, '../../../dist/program.js'));
  const starts = JSON.parse(readFileSync(0, 'utf8'));
  const streams = { stdout: process.stdout, stderr: process.stderr };
  const own = { env: process.env, exit: process.exit, stdout: streams.stdout.write, stderr: streams.stderr.write };
  const ended = [];
  for (const { args, env } of starts) {
    const written = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'])
      streams[name].write = (text) => {
        written[name] += String(text);
        return true;
      };
    process.env = env;
    process.exitCode = undefined;
    process.exit = (code) => {
      process.exitCode = code;
      throw new Exit();
    };
    let failure;
    try {
      await runProgram(args);
    } catch (error) {
      if (!(error instanceof Exit)) failure = error;
    }
    ended.push({ status: process.exitCode ?? 0, ...written });
    process.exitCode = undefined;
    Object.assign(process, { env: own.env, exit: own.exit });
    for (const name of ['stdout', 'stderr']) streams[name].write = own[name];
    if (failure !== undefined) throw failure;
  }
  process.stdout.write(JSON.stringify(ended));
}

void main();
