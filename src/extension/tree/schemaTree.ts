import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Database } from '../../engine/database.ts';
import type { DatabaseCache } from '../../engine/databaseCache.ts';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import type { ProfileStore } from '../connections/profileStore.ts';
import { Disposable } from '../disposable.ts';
import { nodeId, type TreeNode } from './nodes.ts';
import { toTreeItem } from './treeItems.ts';

/** As package.json has it. */
export const TREE_VIEW_ID = 'mysqlPilot.connections';

/** Faster answers show at once; slower ones after a node that says "Loading…". */
const LOADING_AFTER_MS = 150;

/** Connections → databases → tables and views → columns. Read when expanded, kept until refreshed. */
export class SchemaTree extends Disposable implements vscode.TreeDataProvider<TreeNode> {
  readonly #profiles: ProfileStore;
  readonly #databases: DatabaseCache;
  readonly #changed = this.register(new vscode.EventEmitter<TreeNode | undefined>());
  /** The one cache: children by the id of their parent. */
  readonly #children = new Map<string, Promise<TreeNode[]>>();

  /** By the id of the profile; known once a connection was opened. */
  readonly #warnings = new Map<string, readonly string[]>();

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(profiles: ProfileStore, databases: DatabaseCache) {
    super();
    this.#profiles = profiles;
    this.#databases = databases;
    this.register(
      profiles.onDidChange(() => {
        this.#changed.fire(undefined);
      }),
    );
  }

  /** Forgets what was read below a node, or everything. */
  refresh(node?: TreeNode): void {
    const prefix = node === undefined ? '' : nodeId(node).replace(/\]$/, '');
    for (const id of this.#children.keys()) if (id.startsWith(prefix)) this.#children.delete(id);
    this.#changed.fire(node);
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    return toTreeItem(node);
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (node === undefined) {
      const profiles = await this.#profiles.list();
      this.#databases.retain(profiles);
      return profiles.map((profile) => ({ kind: 'connection', profile, warnings: this.#warnings.get(profile.id) ?? [] }));
    }
    if (node.kind !== 'connection' && node.kind !== 'database' && node.kind !== 'table') return [];
    const id = cacheKey(node);
    const known = this.#children.get(id);
    if (known !== undefined) return known;
    const reading = this.#read(node);
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
  async #read(node: TreeNode & { profile: ConnectionProfile }): Promise<TreeNode[]> {
    const parentId = nodeId(node);
    try {
      const children = await this.#readChildren(node, parentId);
      return children.length > 0 ? children : [{ kind: 'empty', parentId, text: vscode.l10n.t('Nothing here that this account may see') }];
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
        const databases = await connection.databases();
        await this.#warn(profile, connection);
        return databases.map((database) => ({ kind: 'database', profile, database }));
      }
      case 'database':
        return (await connection.tables(node.database)).map((table) => ({ kind: 'table', profile, database: node.database, table }));
      case 'table':
        return (await connection.columns(node.database, node.table.name)).map((column) => ({ kind: 'column', parentId, column }));
      default:
        return [];
    }
  }
}

/** A changed profile (another host) must not show what was read before; a new name alone may. */
function cacheKey(node: TreeNode & { profile: ConnectionProfile }): string {
  const { host, port, user, database, tls, acceptsOneFence } = node.profile;
  return nodeId(node) + JSON.stringify([host, port, user, database, tls, acceptsOneFence]);
}
