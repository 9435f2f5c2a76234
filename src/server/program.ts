import { isPilotError } from '../engine/errors.ts';
import { describeError } from './messages/describeForAgent.ts';
import { wrapText } from './messages/wrapText.ts';
import { parseCommandLine, USAGE } from './config/commandLine.ts';
import { check, serveConfig } from './start/configServer.ts';
import { serveWindow } from './start/windowServer.ts';
import { VERSION } from './start/version.ts';

/** Runs what the command line asks for. Resolves when the server listens, or when there is nothing to listen for; never rejects. */
export async function runProgram(args: readonly string[]): Promise<void> {
  try {
    if (args[0] === 'init') {
      const { init, initOptions } = await import('./init/initCommand.ts');
      process.exitCode = await init(args.slice(1), initOptions(VERSION));
      return;
    }
    const command = parseCommandLine(args);
    if (command.what === 'help') process.stdout.write(USAGE);
    else if (command.what === 'version') process.stdout.write(`${VERSION}\n`);
    else if (command.what === 'check') process.exitCode = await check(command);
    else if (command.action !== undefined) {
      const { runAgentCommand } = await import('./start/agentCommand.ts');
      process.exitCode = await runAgentCommand(command.action, VERSION);
    } else if (command.vscode || command.rendezvous !== undefined) await serveWindow(command.rendezvous);
    else await serveConfig(command);
  } catch (error) {
    process.stderr.write(`${wrapText(isPilotError(error) ? describeError(error) : `The server could not start. ${String(error)}`)}\n`);
    process.exit(isPilotError(error, 'input.invalid') || isPilotError(error, 'url.invalid') ? 2 : 1);
  }
}
