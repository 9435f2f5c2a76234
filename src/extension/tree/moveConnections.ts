import * as vscode from 'vscode';
import type { CommandTools } from '../connections/commandTools.ts';
import type { ProfileStore } from '../connections/profileStore.ts';
import { moved, step, type Drop } from './connectionOrder.ts';
import type { TreeNode } from './nodes.ts';
import { askText } from '../ui/picks.ts';
import { isPrintableLine } from '../../engine/driver/printableLine.ts';
import { MAX_GROUP_NAME } from '../connections/nameLimits.ts';

const DRAGGED = 'application/vnd.code.tree.mysqlpilot.connections';

/** Connections are put in order by dragging, into groups and out of them. */
export class ConnectionDrag implements vscode.TreeDragAndDropController<TreeNode> {
  readonly dragMimeTypes = [DRAGGED];
  readonly dropMimeTypes = [DRAGGED];
  readonly #profiles: ProfileStore;

  constructor(profiles: ProfileStore) {
    this.#profiles = profiles;
  }

  handleDrag(nodes: readonly TreeNode[], data: vscode.DataTransfer): void {
    const [node] = nodes;
    if (node?.kind === 'connection') data.set(DRAGGED, new vscode.DataTransferItem(node.profile.id));
  }

  async handleDrop(target: TreeNode | undefined, data: vscode.DataTransfer): Promise<void> {
    const id: unknown = data.get(DRAGGED)?.value;
    const drop = dropOn(target);
    if (typeof id === 'string' && drop !== undefined) await move(this.#profiles, id, drop);
  }
}

/** *Move Up* and *Move Down* for the keyboard, and *Move to Group*. */
export function registerMoves(tools: CommandTools, profiles: ProfileStore): vscode.Disposable {
  const stepper = (command: string, by: -1 | 1): vscode.Disposable =>
    tools.register(command, async (node) => {
      const profile = await tools.choose(node, vscode.l10n.t('Move connection'));
      const drop = profile === undefined ? undefined : step(await profiles.list(), profile.id, by);
      if (profile !== undefined && drop !== undefined) await move(profiles, profile.id, drop);
    });
  return vscode.Disposable.from(
    stepper('moveConnectionUp', -1),
    stepper('moveConnectionDown', 1),
    tools.register('moveToGroup', async (node) => {
      const profile = await tools.choose(node, vscode.l10n.t('Move to a group'));
      if (profile === undefined) return;
      const group = await askText({
        title: vscode.l10n.t('Group of "{0}"', profile.name),
        prompt: vscode.l10n.t('Enter the name of an existing or new group. Leave this empty to remove the connection from its group.'),
        value: profile.group ?? '',
        validateInput: (text) =>
          text.trim().length > MAX_GROUP_NAME
            ? vscode.l10n.t("The name can't be longer than {0} characters.", MAX_GROUP_NAME)
            : isPrintableLine(text.trim())
              ? undefined
              : vscode.l10n.t('The name must be one line of printable characters.'),
      });
      if (group !== undefined) await move(profiles, profile.id, { group: group.trim() || undefined });
    }),
  );
}

function dropOn(target: TreeNode | undefined): Drop | undefined {
  if (target === undefined) return { group: undefined };
  if (target.kind === 'folder') return { group: target.name };
  return target.kind === 'connection' ? { before: target.profile.id } : undefined;
}

async function move(profiles: ProfileStore, id: string, drop: Drop): Promise<void> {
  const all = await profiles.list();
  const own = all.find((profile) => profile.id === id);
  if (own === undefined || ('before' in drop && drop.before === id)) return;
  await profiles.update(id, moved(all, id, drop));
}
