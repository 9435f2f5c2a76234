/** What is loaded when it is first needed, and once. */
export interface Lazy<T> {
  /** Rejects as the loader does, which is tried again then. */
  readonly get: () => Promise<T>;
  /** Undefined while nobody has needed it. */
  readonly loaded: Promise<T> | undefined;
}

export function lazy<T>(load: () => Promise<T>): Lazy<T> {
  let loaded: Promise<T> | undefined;
  return {
    get: () =>
      (loaded ??= load().catch((error: unknown) => {
        loaded = undefined;
        throw error;
      })),
    get loaded() {
      return loaded;
    },
  };
}
