import * as vscode from 'vscode';
import { cutLine } from '../../engine/text.ts';
import type { CallActivity } from '../activity/callActivity.ts';
import type { CommandTools } from '../connections/commandTools.ts';
import type { ResultTabs } from '../results/resultTabs.ts';
import { showInformation } from '../ui/dialogs.ts';
import { pick } from '../ui/picks.ts';

export interface StopParts {
  readonly tools: CommandTools;
  readonly tabs: ResultTabs;
  readonly activity: CallActivity;
  readonly stopCall: (peer: number, call: number) => void;
}

const SHOWN = 120;

/** *Cancel Running Statements* of a connection: those of its person and of agents. Statements of others are not ours to kill. */
export function registerStop({ tools, tabs, activity, stopCall }: StopParts): vscode.Disposable {
  const { t } = vscode.l10n;
  return tools.register('stopStatements', async (argument) => {
    const title = t('Cancel running statements');
    const profile = await tools.choose(argument, title);
    if (profile === undefined) return;
    const own = tabs
      .runningOn(profile.id)
      .map(({ sql, stop }) => ({ label: cutLine(sql, SHOWN), description: t('run by you'), picked: true, stop }));
    // Which connection a call uses is known when it has ended.
    const calls = activity.calls
      .filter(({ milliseconds }) => milliseconds === undefined)
      .map(({ peer, call, tool, sql, client }) => ({
        ...{ label: cutLine(sql ?? tool, SHOWN), description: client ?? t('an agent'), picked: false },
        stop: () => {
          stopCall(peer, call);
        },
      }));
    if (own.length + calls.length === 0) {
      void showInformation(t('No statements from you or from agents in this window are running on "{0}".', profile.name));
      return;
    }
    const picked = await pick([...own, ...calls], { title, placeHolder: t('Agent calls on any connection are listed'), canPickMany: true });
    for (const { stop } of picked ?? []) stop();
  });
}
