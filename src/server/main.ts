#!/usr/bin/env node
import { describeError, isPilotError } from '../engine/errors.ts';
import { parseCommandLine, USAGE } from './commandLine.ts';
import { check, serveConfig } from './start/configServer.ts';
import { serveWindow } from './start/windowServer.ts';
import { VERSION } from './version.ts';

/** The oldest that the bundles are made for. */
const OLDEST_NODE = 22;

/** Resolves when the server listens, or when there is nothing to listen for. */
async function main(args: readonly string[]): Promise<void> {
  const command = parseCommandLine(args);
  if (command.what === 'help') process.stdout.write(USAGE);
  else if (command.what === 'version') process.stdout.write(`${VERSION}\n`);
  else if (command.what === 'check') process.exitCode = await check(command);
  else if (command.rendezvous !== undefined) await serveWindow(command.rendezvous);
  else await serveConfig(command);
}

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  process.stderr.write(`Node ${String(OLDEST_NODE)} or newer is needed, and this is ${process.versions.node}.\n`);
  process.exit(1);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${isPilotError(error) ? describeError(error) : `The server could not start. ${String(error)}`}\n`);
  process.exit(isPilotError(error, 'input.invalid') || isPilotError(error, 'url.invalid') ? 2 : 1);
});
