import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { SQL_LANGUAGES } from './editorConnections.ts';
import { lengthOf } from './largeDocuments.ts';
import { isRunnable } from './runnableDocuments.ts';
import { below } from './uriBelow.ts';

/** VS Code opens the file that an untitled document is saved as, puts the text into it, saves it, empties the untitled one and closes it, one right after the other. */
const SAVED_AS_MS = 10_000;
/** Of a larger document nobody keeps a second copy. */
const MAX_CHARACTERS = 1_000_000;
/** A renaming that VS Code has announced and never done. */
const RENAME_MS = 10_000;

interface Move {
  readonly from: vscode.Uri;
  readonly to: vscode.Uri;
  readonly done: Promise<void>;
}

/** Follows SQL files to their new names: renamed and moved ones, alone or with their folder, and untitled ones that are saved. */
export class MovedFiles extends Disposable {
  readonly #follow: (from: vscode.Uri, to: vscode.Uri) => Promise<void>;
  /** When a file was opened. */
  readonly #opened = new WeakMap<vscode.TextDocument, number>();
  /** What untitled documents say, until they are emptied to be closed. */
  readonly #texts = new Map<vscode.TextDocument, string>();
  /** Files that say what an untitled document says: it is saved as one of them, or the person has opened another file of the same text. */
  readonly #equal = new WeakMap<vscode.TextDocument, Set<vscode.TextDocument>>();
  readonly #savedAs = new WeakMap<vscode.TextDocument, vscode.Uri>();
  readonly #announced = new Map<vscode.Uri, PromiseWithResolvers<undefined>>();
  /** What is being brought to a new name: it waits for what still runs under the old one. */
  readonly #moves = new Set<Move>();

  /** `follow` brings what belongs to a file to its new name. */
  constructor(follow: (from: vscode.Uri, to: vscode.Uri) => Promise<void>) {
    super();
    this.#follow = follow;
    this.register(
      vscode.workspace.onDidOpenTextDocument((document) => {
        this.#opened.set(document, Date.now());
        this.#read(document);
      }),
    );
    this.register(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        this.#read(document);
      }),
    );
    this.register(
      vscode.workspace.onDidSaveTextDocument((document) => {
        for (const untitled of this.#texts.keys())
          if (this.#equal.get(untitled)?.has(document) === true) this.#savedAs.set(untitled, document.uri);
      }),
    );
    this.register(
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.#texts.delete(document);
      }),
    );
    this.register(
      vscode.workspace.onWillRenameFiles(({ files }) => {
        for (const { oldUri } of files) this.#announce(oldUri);
      }),
    );
    this.register(
      vscode.workspace.onDidRenameFiles(({ files }) => {
        for (const { oldUri, newUri } of files) void this.#renamed(oldUri, newUri);
      }),
    );
  }

  /** Resolves when what belongs to a closed document is where it goes on, if it does. */
  async settle(closed: vscode.TextDocument): Promise<void> {
    for (const [from, { promise }] of this.#announced) if (below(closed.uri, from) !== undefined) await promise;
    const to = this.#savedAs.get(closed);
    if (to !== undefined) await this.#move(closed.uri, to);
  }

  /** The old name of a file whose session is still under that, and when it is no longer; undefined for a file that stays. */
  moveTo(file: vscode.Uri): { readonly from: vscode.Uri; readonly done: Promise<void> } | undefined {
    for (const { from, to, done } of this.#moves) {
      const rest = below(file, to);
      if (rest !== undefined) return { from: from.with({ path: from.path + rest }), done };
    }
    return undefined;
  }

  async #move(from: vscode.Uri, to: vscode.Uri): Promise<void> {
    const move: Move = { from, to, done: this.#follow(from, to) };
    this.#moves.add(move);
    try {
      await move.done;
    } finally {
      this.#moves.delete(move);
    }
  }

  /** A file that has just been opened, says what an untitled document says and is saved is that document. */
  #read(document: vscode.TextDocument): void {
    if (!this.#isWatched(document) || lengthOf(document) > MAX_CHARACTERS) return;
    const text = document.getText();
    if (text === '') return;
    if (document.isUntitled) this.#texts.set(document, text);
    else
      for (const [untitled, said] of this.#texts)
        if (said === text) this.#equal.set(untitled, (this.#equal.get(untitled) ?? new Set()).add(document));
  }

  #isWatched(document: vscode.TextDocument): boolean {
    if (document.isUntitled) return SQL_LANGUAGES.includes(document.languageId);
    return this.#texts.size > 0 && isRunnable(document) && Date.now() - (this.#opened.get(document) ?? 0) < SAVED_AS_MS;
  }

  #announce(from: vscode.Uri): void {
    const announced = Promise.withResolvers<undefined>();
    this.#announced.set(from, announced);
    setTimeout(() => {
      this.#forget(from, announced);
    }, RENAME_MS).unref();
  }

  async #renamed(from: vscode.Uri, to: vscode.Uri): Promise<void> {
    const announced = [...this.#announced].filter(([uri]) => uri.toString() === from.toString());
    try {
      await this.#move(from, to);
    } finally {
      for (const [uri, one] of announced) this.#forget(uri, one);
    }
  }

  #forget(from: vscode.Uri, announced: PromiseWithResolvers<undefined>): void {
    this.#announced.delete(from);
    announced.resolve(undefined);
  }
}
