import type { FileProblem } from '../../clients/configurationFile.ts';
import type { MergeProblem } from '../../clients/mergeRules.ts';

/** Why a file was left alone, and what to do. */
export const PROBLEMS: Readonly<Record<MergeProblem, string>> = {
  broken: "The file is invalid, so it wasn't changed. Fix it, then run the command again.",
  comments: "The file has comments or trailing commas, which this client doesn't support. Remove them, then run the command again.",
  notAnObject: "The file doesn't have the format that the client's documentation describes, so it wasn't changed.",
  twice: 'The file contains a name twice. Remove one, then run the command again.',
  foreign: "The file has another server with this name, which wasn't changed. Rename or remove it, then run the command again.",
  inline: "The servers are written in a format that can't be changed safely. Edit the entry by hand; --print shows it.",
};

export const FILE_PROBLEMS: Readonly<Record<FileProblem, string>> = {
  notAFile: "This isn't a file, so it wasn't changed. Move it away, then run the command again.",
  tooLarge: "The file is larger than 16 MB, so it wasn't changed. Edit it by hand; --print shows the entry.",
  deadLink: "The path is a link to a file that doesn't exist, so it wasn't replaced. Create the file, then run the command again.",
  readOnly: "The file is read-only, so it wasn't changed. Make it writable, then run the command again.",
  severalNames: 'The file has other names (hard links), which would keep the old text. Edit it by hand; --print shows the entry.',
};

export const INIT_USAGE = `Usage: mysql-pilot init [--client NAME]… [--folder DIR] [--print | --yes] [--remove]
       mysql-pilot init --plugin DIR

Adds MySQL Pilot to the configuration of MCP clients. The entry uses the connections of VS Code and contains no password.
Without --client you choose from the clients that are found. Each change is shown first, and you are asked before it is written.

  --client NAME   project, vscode, vscode-user, copilot-cli, claude-desktop, cursor, windsurf, codex, or zed
  --folder DIR    folder of the project; default: the current one
  --print         print the entries and write nothing
  --yes           write without asking
  --remove        take the entry out again
  --plugin DIR    write an agent plugin to a new folder: the server, skills, and an agent that reviews databases
`;
