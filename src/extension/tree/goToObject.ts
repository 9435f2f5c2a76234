import * as vscode from 'vscode';
import type { Database } from '../../engine/connection/database.ts';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import { errorText } from '../messages/errorText.ts';
import type { SearchHit } from '../../engine/schema/searchIndex.ts';
import type { CommandTools } from '../connections/commandTools.ts';
import { Disposable } from '../base/disposable.ts';
import type { TreeNode } from './nodes.ts';
import type { SchemaTree } from './schemaTree.ts';
import { Picker, type PickItem } from '../ui/picks.ts';

export interface GoToObjectParts {
  readonly tools: CommandTools;
  readonly tree: SchemaTree;
  readonly view: vscode.TreeView<TreeNode>;
  readonly databases: DatabaseCache;
}

const SHOWN = 100;
const SHOWN_COLUMNS = 3;
const TYPING_MS = 80;

interface Item extends PickItem {
  readonly hit: SearchHit;
  readonly column: string | undefined;
}

/** *Go to Object*: a table, view or column of a connection by its words, ranked; the tree then shows it. */
export function registerGoToObject({ tools, tree, view, databases }: GoToObjectParts): vscode.Disposable {
  return tools.register('goToObject', async (argument) => {
    const profile = await tools.choose(argument, vscode.l10n.t('Go to object'));
    if (profile === undefined) return;
    const node = argument as TreeNode | undefined;
    const inside = node?.kind === 'database' ? node.database : undefined;
    const picked = await new ObjectPicker(await databases.get(profile), inside).pick();
    if (picked === undefined) return;
    const { database, name } = picked.hit.object;
    await tree.reveal(view, { profileId: profile.id, database, table: name, column: picked.column });
  });
}

/** Asks for each text that is typed, and shows the answer to the last one. */
class ObjectPicker extends Disposable {
  readonly #database: Database;
  readonly #inside: string | undefined;
  readonly #picker = this.register(
    new Picker<Item>({
      title: vscode.l10n.t('Go to a table, view, or column'),
      placeholder: vscode.l10n.t('Search by name or comment'),
    }),
  );
  #timer: NodeJS.Timeout | undefined;
  #asked = 0;

  constructor(database: Database, inside: string | undefined) {
    super();
    this.#database = database;
    this.#inside = inside;
    this.#picker.matchOnDetail = true;
  }

  async pick(): Promise<Item | undefined> {
    this.#picker.onDidChangeValue((text) => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#search(text), TYPING_MS);
    });
    try {
      return await this.#picker.pick();
    } finally {
      clearTimeout(this.#timer);
      this.dispose();
    }
  }

  async #search(text: string): Promise<void> {
    const number = ++this.#asked;
    this.#picker.busy = true;
    try {
      const { hits } = await this.#database.schema.search(text, { database: this.#inside });
      if (number === this.#asked) this.#picker.items = hits.slice(0, SHOWN).flatMap(toItems);
    } catch (error) {
      if (number === this.#asked) this.#picker.placeholder = errorText(error);
    } finally {
      if (number === this.#asked) this.#picker.busy = false;
    }
  }
}

/** The object, and the columns that were found in it. `alwaysShow`: the ranking is ours, VS Code would filter by letters. */
function toItems(hit: SearchHit): Item[] {
  const { database, name, kind, comment } = hit.object;
  if (kind !== 'table' && kind !== 'view') return [];
  const icon = kind === 'view' ? 'eye' : 'table';
  const object: Item = {
    icon,
    label: name,
    description: database,
    ...(comment === '' ? {} : { detail: comment }),
    alwaysShow: true,
    hit,
    column: undefined,
  };
  const columns = hit.columns.slice(0, SHOWN_COLUMNS).map((column): Item => ({
    icon: 'symbol-field',
    label: `${name}.${column.name}`,
    description: `${column.type} · ${database}`,
    ...(column.comment === '' ? {} : { detail: column.comment }),
    ...{ alwaysShow: true, hit, column: column.name },
  }));
  return [object, ...columns];
}
