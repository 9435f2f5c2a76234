import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { until } from '../harness/run.ts';

export const EXTENSION_ID = 'mysql-pilot.mysql-pilot';

export interface Row {
  readonly label: string;
  readonly description: string;
  readonly node: unknown;
}

export function requiredEnv(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`The harness did not set ${name}.`);
  return value;
}

/** Starts the MCP servers and waits until VS Code offers one of ours to models. */
export async function liveTool(name: string): Promise<vscode.LanguageModelToolInformation> {
  return until(
    async () => {
      await vscode.commands.executeCommand('workbench.mcp.startServer', '*', { waitForLiveTools: true });
      return vscode.lm.tools.find((tool) => tool.name.endsWith(name));
    },
    `the tool ${name} in vscode.lm.tools`,
    45_000,
  );
}

/** Calls a tool as VS Code does for a model; resolves to its text. */
export async function invoke(name: string, input: object): Promise<string> {
  const tool = await liveTool(name);
  const source = new vscode.CancellationTokenSource();
  const result = await vscode.lm.invokeTool(tool.name, { input, toolInvocationToken: undefined }, source.token);
  return result.content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
}

/** Adds a connection as another extension can ask for: the person chooses the second entry, since Enter adds nothing. Resolves to its id. */
export async function addConnection(url: string): Promise<string> {
  return until(
    async () => {
      const state = { over: false };
      const adding = Promise.resolve(vscode.commands.executeCommand<string | undefined>('mysqlPilot.addConnection', url)).finally(() => {
        state.over = true;
      });
      while (!state.over) {
        await sleep(300); // the list opens in the window, of which nobody tells us
        await vscode.commands.executeCommand('workbench.action.quickOpenSelectNext');
        await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      }
      return await adding;
    },
    'the connection to be added',
    45_000,
  );
}
