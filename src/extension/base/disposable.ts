import type * as vscode from 'vscode';
import type { Lazy } from '../../engine/lazy.ts';

/** Base of what owns resources: disposes them in reverse order, and at once what is registered too late. */
export abstract class Disposable implements vscode.Disposable {
  readonly #owned: vscode.Disposable[] = [];
  #disposed = false;

  dispose(): void {
    this.#disposed = true;
    for (const owned of this.#owned.splice(0).reverse()) owned.dispose();
  }

  protected register<T extends vscode.Disposable>(resource: T): T {
    if (this.#disposed) resource.dispose();
    else this.#owned.push(resource);
    return resource;
  }

  protected get disposed(): boolean {
    return this.#disposed;
  }
}

/** Disposes what was needed; what failed to load has told whoever needed it. */
export function disposeIfLoaded(resource: Lazy<{ dispose(): void }>): { dispose(): void } {
  return {
    dispose: () => {
      resource.loaded?.then(
        (loaded) => {
          loaded.dispose();
        },
        () => undefined,
      );
    },
  };
}
