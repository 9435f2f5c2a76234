import * as vscode from 'vscode';
import { plainLine } from '../../engine/foreignText.ts';
import { Disposable } from '../base/disposable.ts';

/** Of the URIs of what was attached to a chat: rows at first, by which it is known. */
const SCHEME = 'mysql-pilot-rows';

/** More are forgotten, the oldest first. */
const MAX_FILES = 20;

interface AttachedFile {
  readonly content: Uint8Array;
  readonly at: number;
}

/**
 * What was attached to a chat, as files that are nowhere but in memory: a chat takes only what a file system has, and not the text of a document. What is typed in the chat stays, which a
 * question that is put there would replace.
 */
export class AttachedTexts extends Disposable implements vscode.FileSystemProvider {
  readonly #files = new Map<string, AttachedFile>();
  readonly #changed = this.register(new vscode.EventEmitter<vscode.FileChangeEvent[]>());
  readonly onDidChangeFile = this.#changed.event; // never: they stay as they are
  #last = 0;

  constructor() {
    super();
    this.register(vscode.workspace.registerFileSystemProvider(SCHEME, this, { isReadonly: true, isCaseSensitive: true }));
  }

  /** `name`: anybody's. */
  add(name: string, text: string): vscode.Uri {
    const path = `/${String(++this.#last)}/${plainLine(name, 60).replaceAll(/[\\/]/g, ' ')}.txt`;
    this.#files.set(path, { content: new TextEncoder().encode(text), at: Date.now() });
    for (const oldest of this.#files.keys()) {
      if (this.#files.size <= MAX_FILES) break;
      this.#files.delete(oldest);
    }
    return vscode.Uri.from({ scheme: SCHEME, path });
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const { content, at } = this.#file(uri);
    return { type: vscode.FileType.File, ctime: at, mtime: at, size: content.byteLength, permissions: vscode.FilePermission.Readonly };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    return this.#file(uri).content;
  }

  readDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.FileNotFound(uri);
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  #file(uri: vscode.Uri): AttachedFile {
    const file = this.#files.get(uri.path);
    if (file === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    return file;
  }
}
