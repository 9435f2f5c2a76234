import * as vscode from 'vscode';
import type { Receipt, ReceiptTable } from '../../broker/receiptContract.ts';
import { Disposable } from '../base/disposable.ts';

/** What an agent has seen of a connection, as the window heard of it. Only in memory. */
export interface AgentReceipt {
  readonly kind: 'receipt';
  readonly key: string;
  readonly receipt: Receipt;
  /** Below it in the tree. */
  readonly tables: readonly SeenTable[];
}

export interface SeenTable {
  readonly kind: 'seenTable';
  readonly key: string;
  readonly table: ReceiptTable;
}

/** As many sessions are kept, the last ones. */
const MAX_RECEIPTS = 100;

/** The receipts of all agents of this window, the last changed ones first. */
export class AgentReceipts extends Disposable {
  readonly #receipts = new Map<string, AgentReceipt>();
  readonly #changed = this.register(new vscode.EventEmitter<void>());

  readonly onDidChange = this.#changed.event;

  get all(): readonly AgentReceipt[] {
    return [...this.#receipts.values()].reverse();
  }

  /** `peer` tells the servers apart. */
  changed(peer: number, receipt: Receipt): void {
    const key = JSON.stringify([peer, receipt.session, receipt.client, receipt.connection]);
    const tables = receipt.tables.map((table): SeenTable => ({
      ...{ kind: 'seenTable', table, key: JSON.stringify([key, table.database, table.name]) },
    }));
    this.#receipts.delete(key);
    this.#receipts.set(key, { kind: 'receipt', key, receipt, tables });
    for (const oldest of this.#receipts.keys()) {
      if (this.#receipts.size <= MAX_RECEIPTS) break;
      this.#receipts.delete(oldest);
    }
    this.#changed.fire();
  }
}
