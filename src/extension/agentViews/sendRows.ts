import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { visibilityKey } from '../../engine/driver/profile.ts';
import { PilotError } from '../../engine/errors.ts';
import { showsRows } from '../../engine/sql/agentVisibility.ts';
import type { CommandTools } from '../connections/commandTools.ts';
import type { AttachedTexts } from '../files/attachedTexts.ts';
import type { RowsTarget } from '../results/rowsActions.ts';
import { selectedCells } from '../results/selection.ts';
import { rowsForAgent } from './rowsForAgent.ts';

/** A message with more costs its reader more than a query that counts. */
const MAX_CHARACTERS = 50_000;

/** Attaches the selected cells to the next message of the chat, which the person writes. What is typed there stays. Throws where agents may not see them as they are. */
export async function sendRows({ tab, ranges }: RowsTarget, tools: CommandTools, attached: AttachedTexts): Promise<void> {
  const { profile } = tab.place;
  const now = await tools.sameServer(profile);
  if (!showsRows(now.agents) || visibilityKey(now) !== visibilityKey(profile))
    throw new PilotError(
      'input.invalid',
      vscode.l10n.t('What agents can see on "{0}" was changed after these rows were shown. Nothing was sent.', now.name),
      {
        nextStep: vscode.l10n.t('Ask the agent to show the rows again.'),
      },
    );
  const text = rowsForAgent(tab.title, now.name, selectedCells(tab, ranges), randomUUID().slice(0, 8));
  if (text.length > MAX_CHARACTERS)
    throw new PilotError(
      'input.invalid',
      vscode.l10n.t(
        'The selected cells are {0} characters long, and at most {1} can be sent. Nothing was sent.',
        text.length,
        MAX_CHARACTERS,
      ),
      { nextStep: vscode.l10n.t('Select fewer cells.') },
    );
  await vscode.commands.executeCommand('workbench.action.chat.open', { attachFiles: [attached.add(tab.title, text)] });
}
