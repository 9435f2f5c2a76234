/** By what VS Code's API calls them. */
export declare const SURFACES: Readonly<Record<string, { readonly files: readonly string[]; readonly checks: readonly string[] }>>;
export declare const SILENT: readonly string[];
