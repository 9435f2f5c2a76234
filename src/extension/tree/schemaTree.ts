import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Database } from '../../engine/connection/database.ts';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import type { ProfileStore } from '../connections/profileStore.ts';
import { Disposable } from '../base/disposable.ts';
import { isSystemDatabase } from '../../engine/schema/systemDatabases.ts';
import type { ObjectGroup } from '../../engine/schema/objects.ts';
import { inFolders } from './connectionOrder.ts';
import { nodeId, type GroupNode, type TreeNode } from './nodes.ts';
import { tableGroups } from './tableParts.ts';
import { toTreeItem } from './treeItems.ts';
import { type OwnArguments } from '../connections/ownArguments.ts';

/** Faster answers show at once; slower ones after a node that says "Loading…". */
const LOADING_AFTER_MS = 150;

export interface SearchedObject {
  readonly profileId: string;
  readonly database: string;
  readonly table: string;
  readonly column: string | undefined;
}

/** A tree that is drawn anew more often while it is looked at shows what was revealed last. */
const REVEALS = 5;

/** Connections → databases → tables and views → columns. Read when expanded, kept until refreshed. */
export class SchemaTree extends Disposable implements vscode.TreeDataProvider<TreeNode> {
  readonly #profiles: ProfileStore;
  readonly #own: OwnArguments;
  readonly #databases: DatabaseCache;
  readonly #changed = this.register(new vscode.EventEmitter<TreeNode | undefined>());
  /** The one cache: children by the id of their parent. */
  readonly #children = new Map<string, Promise<TreeNode[]>>();

  /** By the id of the profile; known once a connection was opened. */
  readonly #warnings = new Map<string, readonly string[]>();

  /** By the id of their child. */
  readonly #parents = new Map<string, TreeNode>();
  /** What is looked for in databases, by their id. */
  readonly #filters = new Map<string, string>();

  #changes = 0;
  /** The connections of the last drawing. */
  #shown = '';

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(profiles: ProfileStore, databases: DatabaseCache, own: OwnArguments) {
    super();
    this.#own = own;
    this.#profiles = profiles;
    this.#databases = databases;
    this.register(
      this.#changed.event(() => {
        this.#changes++;
      }),
    );
    this.register(profiles.onDidChange(() => void this.#drawChanged()));
  }

  /** A view that is drawn anew loses what is clicked in it meanwhile: it is left alone where its connections are as they are shown, as after the second note of one change. */
  async #drawChanged(): Promise<void> {
    const shown = this.#shown;
    const now = await this.#profiles.list().then(JSON.stringify, () => undefined); // what can't be read is told by the drawing
    if (now !== shown) this.#changed.fire(undefined);
  }

  /** Forgets what was read below a node, or everything. */
  refresh(node?: TreeNode): void {
    const prefix = node === undefined ? '' : nodeId(node).replace(/\]$/, '');
    for (const id of this.#children.keys()) if (id.startsWith(prefix)) this.#children.delete(id);
    this.#changed.fire(node);
  }

  /** Shows only the tables of a database whose names hold the text; an empty one shows all again. */
  filter({ profile, database }: TreeNode & { kind: 'database' }, text: string): void {
    const key = databaseKey(profile, database);
    if (text === '') this.#filters.delete(key);
    else this.#filters.set(key, text);
    // The databases are drawn anew with their filters, and what was read stays.
    for (const [id, children] of this.#children)
      if (id.startsWith(JSON.stringify([profile.id])))
        this.#children.set(
          id,
          children.then((nodes) => this.#withFilters(nodes)),
        );
    this.#changed.fire(undefined);
  }

  #withFilters(nodes: TreeNode[]): TreeNode[] {
    return nodes.map((node) =>
      node.kind === 'database' ? { ...node, filter: this.#filters.get(databaseKey(node.profile, node.database)) } : node,
    );
  }

  /** For VS Code to reveal a node: only those have one that were shown. */
  getParent(node: TreeNode): TreeNode | undefined {
    return this.#parents.get(nodeId(node));
  }

  /** Shows a table or a column of it in the view. VS Code loses what it reveals where the tree is drawn anew meanwhile: then it is found and revealed again. */
  async reveal(view: vscode.TreeView<TreeNode>, of: SearchedObject): Promise<void> {
    for (let attempt = 1; attempt <= REVEALS; attempt++) {
      const found = await this.#find(of);
      if (found === undefined) return;
      const changes = this.#changes;
      try {
        await view.reveal(found, { select: true, focus: true, expand: found.kind === 'table' });
        if (this.#changes === changes) return;
      } catch (error) {
        if (attempt === REVEALS) throw error;
      }
    }
  }

  /** Reads down to it. */
  async #find({ profileId, database, table, column }: SearchedObject): Promise<TreeNode | undefined> {
    const child = async (parent: TreeNode | undefined, wanted: (node: TreeNode) => boolean): Promise<TreeNode | undefined> =>
      (await this.#settled(parent)).find(wanted);
    const roots = await this.getChildren();
    const all = await Promise.all(roots.map(async (node) => (node.kind === 'folder' ? await this.getChildren(node) : [node])));
    const connection = all.flat().find((node) => node.kind === 'connection' && node.profile.id === profileId);
    const inside = connection && (await child(connection, (node) => node.kind === 'database' && node.database === database));
    if (inside?.kind === 'database' && inside.filter !== undefined) this.filter(inside, '');
    const found = inside && (await child(inside, (node) => node.kind === 'table' && node.table.name === table));
    if (found === undefined || column === undefined) return found;
    return (await child(found, (node) => node.kind === 'column' && node.column.name === column)) ?? found;
  }

  /** The children of a node when they are all there. */
  async #settled(node: TreeNode | undefined): Promise<TreeNode[]> {
    const first = await this.getChildren(node);
    if (node === undefined || first[0]?.kind !== 'loading') return first;
    return (await this.#children.get(cacheKey(node as TreeNode & { profile: ConnectionProfile }))) ?? first;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const item = toTreeItem(this.#own.own(node));
    for (const argument of (item.command?.arguments ?? []) as readonly object[]) this.#own.own(argument);
    return item;
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    const children = await this.#read(node);
    if (node !== undefined) for (const child of children) this.#parents.set(nodeId(child), node);
    if (node?.kind !== 'database' || node.filter === undefined) return children;
    const text = node.filter.toLowerCase();
    return children.filter((child) => child.kind !== 'table' || child.table.name.toLowerCase().includes(text));
  }

  async #read(node: TreeNode | undefined): Promise<TreeNode[]> {
    if (node === undefined) {
      const profiles = await this.#profiles.list();
      this.#shown = JSON.stringify(profiles);
      this.#databases.retain(profiles);
      return inFolders(profiles.map((profile) => ({ kind: 'connection', profile, warnings: this.#warnings.get(profile.id) ?? [] })));
    }
    if (node.kind === 'folder') return [...node.connections];
    if (node.kind === 'group' && node.parts !== undefined) return [...node.parts];
    if (node.kind !== 'connection' && node.kind !== 'database' && node.kind !== 'table' && node.kind !== 'group') return [];
    const id = cacheKey(node);
    const known = this.#children.get(id);
    if (known !== undefined) return known;
    const reading = this.#readSafely(node);
    this.#children.set(id, reading);
    const late = sleep(LOADING_AFTER_MS).then((): TreeNode[] => [{ kind: 'loading', parentId: nodeId(node) }]);
    const first = await Promise.race([reading, late]);
    if (first[0]?.kind === 'loading') {
      // The whole tree and not this node: VS Code knows nodes by identity, and a root that was read again meanwhile has others.
      void reading.then(() => {
        this.#changed.fire(undefined);
      });
    }
    return first;
  }

  /** Never rejects: a failure is a node that says so, and the next expansion after a refresh tries again. */
  async #readSafely(node: TreeNode & { profile: ConnectionProfile }): Promise<TreeNode[]> {
    const parentId = nodeId(node);
    try {
      const children = await this.#readChildren(node, parentId);
      return children.length > 0 ? children : [{ kind: 'empty', parentId, text: vscode.l10n.t("This account can't see any objects here") }];
    } catch (error) {
      return [{ kind: 'error', parentId, error, profile: node.profile }];
    }
  }

  /** Shows at the connection what the user should know of it. */
  async #warn(profile: ConnectionProfile, connection: Database): Promise<void> {
    const { warnings } = await connection.check();
    if (JSON.stringify(this.#warnings.get(profile.id) ?? []) === JSON.stringify(warnings)) return;
    this.#warnings.set(profile.id, warnings);
    setImmediate(() => {
      this.#changed.fire(undefined); // after the children are there, which VS Code is waiting for
    });
  }

  async #readChildren(node: TreeNode & { profile: ConnectionProfile }, parentId: string): Promise<TreeNode[]> {
    const { profile } = node;
    const connection = await this.#databases.get(profile);
    switch (node.kind) {
      case 'connection': {
        const databases = await connection.schema.databases();
        await this.#warn(profile, connection);
        return [
          ...databases.map((database): TreeNode => ({
            kind: 'database',
            profile,
            database,
            filter: this.#filters.get(databaseKey(profile, database)),
          })),
          { kind: 'group', profile, parentId, database: '', group: 'users' },
        ];
      }
      case 'database': {
        const { database } = node;
        const tables = await connection.schema.tables(database);
        const groups = isSystemDatabase(database) ? [] : DATABASE_GROUPS;
        return [
          ...tables.map((table): TreeNode => ({ kind: 'table', profile, database, table })),
          ...groups.map((group): TreeNode => ({ kind: 'group', profile, parentId, database, group })),
        ];
      }
      case 'table': {
        const { database, table } = node;
        const columns = await connection.schema.columns(database, table.name);
        const definition = table.kind === 'table' ? (await connection.schema.describe(database, table.name))?.definition : undefined;
        return [
          ...columns.map((column): TreeNode => ({ kind: 'column', parentId, column })),
          ...(definition === undefined ? [] : tableGroups(profile, database, parentId, definition)),
        ];
      }
      case 'group': {
        const { database, group } = node;
        if (!isObjectGroup(group)) return [];
        return (await connection.schema.objects(group, database)).map((object) => ({
          kind: 'object',
          profile,
          database,
          object,
          parentId,
        }));
      }
      default:
        return [];
    }
  }
}

const DATABASE_GROUPS = ['routines', 'triggers', 'events'] as const;

function isObjectGroup(group: GroupNode['group']): group is ObjectGroup {
  return group === 'users' || DATABASE_GROUPS.some((one) => one === group);
}

function databaseKey({ id }: ConnectionProfile, database: string): string {
  return JSON.stringify([id, database]);
}

/** A changed profile (another host) must not show what was read before; a new name alone may. */
function cacheKey(node: TreeNode & { profile: ConnectionProfile }): string {
  const { host, port, user, database, tls, allowUnenforcedReadOnly } = node.profile;
  return nodeId(node) + JSON.stringify([host, port, user, database, tls, allowUnenforcedReadOnly]);
}
