// Loaded into code-server's processes when coverage is measured: they end by SIGTERM, at which Node writes no report.
// https://nodejs.org/api/v8.html#v8takecoverage
const childProcess = require('node:child_process');
const { syncBuiltinESMExports } = require('node:module');
const { takeCoverage } = require('node:v8');

process.once('SIGTERM', () => {
  takeCoverage();
  if (process.listenerCount('SIGTERM') === 0) process.kill(process.pid, 'SIGTERM');
});

// VS Code takes NODE_OPTIONS from its extension hosts.
const { fork } = childProcess;
childProcess.fork = (file, args, options) =>
  fork(file, args, { ...options, execArgv: [...(options?.execArgv ?? []), `--require=${__filename}`] });
syncBuiltinESMExports();
