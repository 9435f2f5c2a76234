import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import type { Cell } from '../../engine/driver/values.ts';
import { PilotError } from '../../engine/errors.ts';
import type { SessionMoment } from '../../engine/query/userSession/sessionMoment.ts';
import type { ResultSet } from '../../engine/query/results/resultSet.ts';
import type { RunMessage } from '../../webview/results/messages.ts';
import { Disposable } from '../base/disposable.ts';
import { fileName } from '../files/fileName.ts';
import { orderRows, type RowOrder } from '../../engine/query/results/rowOrder.ts';
import { cut, cutLine } from '../../engine/text.ts';

export interface ExecutionTarget {
  readonly profile: ConnectionProfile;
  readonly database: string | undefined;
}

export interface RowsTab {
  readonly kind: 'rows';
  readonly id: number;
  /** Whose run it comes from: a new run of the same owner takes its place, unless it is pinned. */
  readonly owner: string;
  readonly title: string;
  readonly place: ExecutionTarget;
  readonly sql: string;
  /** Only such a statement can be run again for all its rows. */
  readonly reads: boolean;
  /** Read in a session of ours, and not in the person's. */
  readonly utc: boolean;
  /** The session of the person that read it, and where that stood; undefined where it was one of ours. */
  moment?: SessionMoment | undefined;
  result: ResultSet;
  pinned: boolean;
  order: RowOrder;
  /** Indices of the rows that are shown; undefined for all. */
  shown: Uint32Array | undefined;
  version: number;
}

/** For rows whose session is not known before their statement ends: what is done with them must be done there. */
export function stillRuns(): PilotError {
  return new PilotError('input.invalid', vscode.l10n.t("The statement that returns these rows hasn't finished."), {
    nextStep: vscode.l10n.t('Wait for it to finish. If it was canceled, run it again.'),
  });
}

interface MessagesTab {
  readonly kind: 'messages';
  readonly id: typeof MESSAGES_ID;
  readonly messages: readonly RunMessage[];
}

export type ResultTab = RowsTab | MessagesTab;

export interface RunningStatement {
  readonly sql: string;
  readonly place: ExecutionTarget;
  readonly stop: () => void;
}

export type NewRows = Pick<RowsTab, 'title' | 'place' | 'sql' | 'reads' | 'utc' | 'moment' | 'result'>;

/** Where one run puts what comes of it. */
export interface RunOutput {
  /** Returns what puts another result in its place, where the statement still ran. */
  rows(rows: NewRows): (rows: Pick<NewRows, 'result' | 'moment'>) => void;
  /** With `front` the messages come to the front: something went wrong. */
  say(message: Omit<RunMessage, 'where' | 'id'>, front?: boolean): void;
  /** What runs now. */
  running(statement: RunningStatement): void;
  end(): void;
}

interface OwnedMessage {
  readonly owner: string;
  /** The file, under the name that it has now, or what a table is called. */
  readonly where: string | vscode.Uri;
  readonly message: Omit<RunMessage, 'where'>;
}

function shownMessage({ where, message }: OwnedMessage): RunMessage {
  return { ...message, where: where instanceof vscode.Uri ? fileName(where) : where };
}

/** There is one tab of messages, the last one. */
const MESSAGES_ID = 0;

/** More are dropped, the oldest first: all rows of all tabs are in memory. */
const MAX_TABS = 20;
const MAX_CHARACTERS = 300_000_000;
const MAX_MESSAGES = 500;
const SHOWN_SQL = 200;
/** Of a message, whoever sends it: all of them are sent to the view with each change. */
const MAX_TEXT = 4000;

/** The results that are open. Only in memory: rows of a database are never written to disk by us. */
export class ResultTabs extends Disposable {
  readonly #changed = this.register(new vscode.EventEmitter<void>());
  readonly #runs = new Map<string, RunningStatement>();
  #rows: RowsTab[] = [];
  #messages: readonly OwnedMessage[] = [];
  #lastMessage = 0;
  #active: number | undefined;
  #lastId = MESSAGES_ID;

  readonly onDidChange = this.#changed.event;

  get tabs(): readonly ResultTab[] {
    const messages: MessagesTab = { kind: 'messages', id: MESSAGES_ID, messages: this.#messages.map(shownMessage) };
    return messages.messages.length > 0 || this.#runs.size > 0 ? [...this.#rows, messages] : this.#rows;
  }

  get active(): ResultTab | undefined {
    return this.#active === undefined ? undefined : this.find(this.#active);
  }

  get running(): string | undefined {
    return [...this.#runs.values()].at(-1)?.sql;
  }

  runningOn(profileId: string): RunningStatement[] {
    return [...this.#runs.values()].filter(({ place }) => place.profile.id === profileId);
  }

  find(id: number): ResultTab | undefined {
    return this.tabs.find((tab) => tab.id === id);
  }

  /**
   * Begins a run: what the owner's last one has left goes, unless it is pinned. `where` is the file that messages lead to, or names a table for people.
   */
  begin(owner: string, where: string | vscode.Uri): RunOutput {
    this.#rows = this.#rows.filter((tab) => tab.owner !== owner || tab.pinned);
    this.#messages = this.#messages.filter((one) => one.owner !== owner);
    this.#active = MESSAGES_ID;
    let first = true;
    let hasWarned = false;
    const say: RunOutput['say'] = (message, front = false) => {
      this.#messages = [
        ...this.#messages,
        { owner, where, message: { ...message, text: cut(message.text, MAX_TEXT), id: ++this.#lastMessage } },
      ].slice(-MAX_MESSAGES);
      if (front) this.#active = MESSAGES_ID;
      this.#changed.fire();
    };
    return {
      say,
      rows: (rows) => {
        const order: RowOrder = { sort: undefined, filter: '' };
        const tab: RowsTab = { ...rows, kind: 'rows', id: ++this.#lastId, owner, pinned: false, order, shown: undefined, version: 0 };
        this.#rows.push(tab);
        if (first) this.#active = tab.id;
        first = false;
        if (this.#closeOldest() && !hasWarned) {
          hasWarned = true;
          const text = vscode.l10n.t(
            'The oldest results were closed: at most {0} are kept. Run fewer statements at a time to see all of them.',
            MAX_TABS,
          );
          say({ kind: 'warning', text, sql: cutLine(rows.sql, SHOWN_SQL) });
        }
        this.#changed.fire();
        return ({ result, moment }) => {
          tab.result = result;
          tab.moment = moment;
          this.#changed.fire();
        };
      },
      running: (statement) => {
        this.#runs.set(owner, statement);
        this.#changed.fire();
      },
      end: () => {
        this.#runs.delete(owner);
        this.#changed.fire();
      },
    };
  }

  /** Where the statement of a message stands. */
  placeOf(message: number): { readonly file: vscode.Uri; readonly line: number } | undefined {
    const { where, message: found } = this.#messages.find((one) => one.message.id === message) ?? {};
    return where instanceof vscode.Uri && found?.line !== undefined ? { file: where, line: found.line } : undefined;
  }

  /** Stops the run of an owner, or whatever runs. */
  stop(owner?: string): void {
    for (const [of, { stop }] of this.#runs) if (owner === undefined || of === owner) stop();
  }

  /** What the runs of a file, or of the files in a folder, have left is that of its new name, and messages lead there. */
  move(from: vscode.Uri, to: vscode.Uri): void {
    const before = from.toString();
    const isMoved = (owner: string): boolean => owner === before || owner.startsWith(`${before}/`);
    const moved = (owner: string): string => to.toString() + owner.slice(before.length);
    this.#rows = this.#rows.map((tab) => (isMoved(tab.owner) ? { ...tab, owner: moved(tab.owner) } : tab));
    this.#messages = this.#messages.map((one) =>
      isMoved(one.owner) ? { ...one, owner: moved(one.owner), where: vscode.Uri.parse(moved(one.owner)) } : one,
    );
    this.#changed.fire();
  }

  order(id: number, order: RowOrder): void {
    const tab = this.find(id);
    if (tab?.kind !== 'rows') return;
    tab.order = order;
    tab.shown = orderRows(tab.result, order);
    tab.version++;
    this.#changed.fire();
  }

  /** A row that was changed on the server takes the place of what was shown; where it stands stays until the person orders them anew. */
  replaceRow(id: number, before: readonly Cell[], after: readonly Cell[]): void {
    const tab = this.find(id);
    if (tab?.kind !== 'rows') return;
    const at = tab.result.rows.indexOf(before);
    if (at < 0) return;
    tab.result = { ...tab.result, rows: tab.result.rows.with(at, after) };
    tab.version++;
    this.#changed.fire();
  }

  activate(id: number): void {
    this.#active = id;
    this.#changed.fire();
  }

  togglePin(id: number): void {
    const tab = this.find(id);
    if (tab?.kind === 'rows') tab.pinned = !tab.pinned;
    this.#changed.fire();
  }

  /** The tab beside it comes to the front. */
  close(id: number): void {
    const at = this.tabs.findIndex((tab) => tab.id === id);
    if (at < 0) return;
    if (id === MESSAGES_ID) this.#messages = [];
    else this.#rows = this.#rows.filter((tab) => tab.id !== id);
    const { tabs } = this;
    if (this.#active === id) this.#active = tabs[Math.min(at, tabs.length - 1)]?.id;
    this.#changed.fire();
  }

  /** True where results were closed. */
  #closeOldest(): boolean {
    const before = this.#rows.length;
    const size = (): number => this.#rows.reduce((sum, { result }) => sum + result.characters, 0);
    while (this.#rows.length > MAX_TABS || size() > MAX_CHARACTERS) {
      const others = this.#rows.filter(({ id }) => id !== this.#active);
      const oldest = others.find(({ pinned }) => !pinned) ?? others[0];
      if (oldest === undefined) break;
      this.#rows = this.#rows.filter((tab) => tab !== oldest);
    }
    return this.#rows.length < before;
  }
}
