import { setImmediate as othersFirst } from 'node:timers/promises';
import type * as vscode from 'vscode';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import type { Dialect } from '../../engine/sql/lexer/dialect.ts';
import type { ScriptStatement } from '../../engine/sql/script.ts';
import type { FileSessions } from './fileSessions.ts';
import type { EditorConnections } from './editorConnections.ts';

interface Split {
  readonly version: number;
  readonly dialect: string;
  readonly statements: Promise<readonly ScriptStatement[]>;
}

/** The statements of SQL files, by the flavor and `sql_mode` of the session that each file runs in. Nothing is connected to for that. */
export class FileStatements {
  readonly #places: EditorConnections;
  readonly #databases: DatabaseCache;
  readonly #fileSessions: FileSessions;
  readonly #known = new WeakMap<vscode.TextDocument, Split>();

  constructor(places: EditorConnections, databases: DatabaseCache, fileSessions: FileSessions) {
    this.#places = places;
    this.#databases = databases;
    this.#fileSessions = fileSessions;
  }

  /** How a file is read: by its session, else by what is known of its server. */
  async dialect(file: vscode.Uri): Promise<Dialect | undefined> {
    const ofSession = this.#fileSessions.peek(file)?.dialect;
    if (ofSession !== undefined) return ofSession;
    const place = await this.#places.likely(file);
    return place === undefined ? undefined : (await this.#databases.peek(place.profile.id)?.catch(() => undefined))?.knownDialect;
  }

  async of(document: vscode.TextDocument): Promise<readonly ScriptStatement[]> {
    const { version, uri } = document;
    const text = document.getText(); // as it is when it is asked about
    const dialect = await this.dialect(uri);
    const key = JSON.stringify(dialect);
    const known = this.#known.get(document);
    if (known?.version === version && known.dialect === key) return known.statements;
    // Several ask at the same time; a file of some hundred thousand characters is read once, and other extensions get their turn meanwhile.
    const statements = split(text, dialect);
    if (document.version === version) this.#known.set(document, { version, dialect: key, statements });
    return statements;
  }

  /** Those of a part of a file, with their offsets in the whole. */
  async ofPart(document: vscode.TextDocument, from: number, to: number): Promise<readonly ScriptStatement[]> {
    const text = document.getText().slice(from, to);
    const part = await split(text, await this.dialect(document.uri));
    return part.map(({ text, start, end, through }) => ({ text, start: start + from, end: end + from, through: through + from }));
  }

  /** The statement that is meant at an offset. */
  async at(document: vscode.TextDocument, offset: number): Promise<ScriptStatement | undefined> {
    const text = document.getText();
    const statements = await this.of(document);
    const { statementAt } = await import('../../engine/sql/script.ts');
    return statementAt(statements, offset, text);
  }
}

async function split(text: string, dialect: Dialect | undefined): Promise<readonly ScriptStatement[]> {
  const { splitScriptInSlices } = await import('../../engine/sql/script.ts'); // which activation does not need
  return splitScriptInSlices(text, dialect, () => othersFirst());
}
