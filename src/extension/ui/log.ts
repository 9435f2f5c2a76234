import * as vscode from 'vscode';
import { plainLine } from '../../engine/foreignText.ts';
import { errorText } from '../../engine/observability/logger.ts';

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error';

/** The output channel. Each entry is one line, so that no text of a database can write an entry of its own. */
export function createLog(name: string): vscode.LogOutputChannel {
  const channel = vscode.window.createOutputChannel(name, { log: true });
  const at =
    (level: Level) =>
    (message: unknown, ...rest: readonly unknown[]): void => {
      channel[level]([message, ...rest].flatMap((part) => (part === undefined ? [] : [plainLine(errorText(part) ?? '')])).join(' '));
    };
  const levels: Pick<vscode.LogOutputChannel, Level> = {
    ...{ trace: at('trace'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
  };
  return new Proxy(channel, {
    get: (target, key) => {
      const value: unknown = key in levels ? levels[key as Level] : Reflect.get(target, key);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
