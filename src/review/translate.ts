/** `vscode.l10n.t`, or what takes its place where there is no window: handed in, so that a text needs none. */
export type Translate = (text: string, ...values: (string | number | boolean)[]) => string;
