import * as vscode from 'vscode';
import { fenced, plainBlock, plainLine } from '../../engine/foreignText.ts';

/** Text with markup that we choose: whatever is added is shown as it is. It is never trusted, and knows no HTML. */
export class Markup {
  readonly #markdown = new vscode.MarkdownString('', true);

  constructor() {
    this.#markdown.isTrusted = false;
    this.#markdown.supportHtml = false;
  }

  /** A paragraph behind an icon. */
  line(icon: string, text: string): this {
    this.#markdown.appendMarkdown(`$(${icon}) ${escapeMarkdown(plainLine(text))}\n\n`);
    return this;
  }

  text(text: string): this {
    this.#markdown.appendMarkdown(`${escapeMarkdown(plainLine(text))}\n\n`);
    return this;
  }

  /** A code block, whose fence is longer than every one in the text. */
  code(text: string, language: string): this {
    this.#markdown.appendMarkdown(`\n${fenced(plainBlock(text), language)}\n`);
    return this;
  }

  get markdown(): vscode.MarkdownString {
    return this.#markdown;
  }
}

/** Names are shown as they are: no markup, and no link made of `user@host` or `www.example.com`. */
function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+\-.!|<>~&$:/]/g, '\\$&').replaceAll('@', '&#64;');
}

export interface NodeLook {
  readonly icon: string;
  readonly iconColor?: string;
  readonly description?: string;
  readonly tooltip?: string | Markup;
  readonly contextValue?: string;
  readonly accessible?: string;
}

export function treeItem(label: string, state: vscode.TreeItemCollapsibleState, look: NodeLook): vscode.TreeItem {
  const item = new vscode.TreeItem(plainLine(label), state);
  item.iconPath = new vscode.ThemeIcon(look.icon, look.iconColor === undefined ? undefined : new vscode.ThemeColor(look.iconColor));
  if (look.description !== undefined) item.description = plainLine(look.description);
  if (look.tooltip !== undefined) item.tooltip = typeof look.tooltip === 'string' ? plainBlock(look.tooltip) : look.tooltip.markdown;
  if (look.contextValue !== undefined) item.contextValue = look.contextValue;
  if (look.accessible !== undefined) item.accessibilityInformation = { label: plainLine(look.accessible) };
  return item;
}

export interface StatusText {
  readonly icon: string;
  readonly text: string;
  /** Behind the text. */
  readonly trailingIcon?: string | undefined;
  readonly tooltip: string | Markup;
  readonly warning?: boolean;
}

export class StatusItem implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;

  constructor({ id, name, command, priority }: { id: string; name: string; command: string; priority: number }) {
    this.#item = vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Right, priority);
    this.#item.name = name;
    this.#item.command = command;
  }

  show({ icon, text, trailingIcon, tooltip, warning = false }: StatusText): void {
    this.#item.text = `$(${icon}) ${plainLine(text, 200)}${trailingIcon === undefined ? '' : ` $(${trailingIcon})`}`;
    this.#item.tooltip = typeof tooltip === 'string' ? plainBlock(tooltip) : tooltip.markdown;
    this.#item.backgroundColor = warning ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.#item.show();
  }

  hide(): void {
    this.#item.hide();
  }

  dispose(): void {
    this.#item.dispose();
  }
}

export function problem(range: vscode.Range, message: string, code: number | undefined): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(range, plainLine(message), vscode.DiagnosticSeverity.Error);
  diagnostic.source = 'MySQL Pilot';
  if (code !== undefined) diagnostic.code = code;
  return diagnostic;
}

/** A name that the editor proposes: shown as it is, and written as `insertText` says. */
export function completionItem(
  label: string | { readonly label: string; readonly description?: string },
  kind: vscode.CompletionItemKind,
): vscode.CompletionItem {
  if (typeof label === 'string') return new vscode.CompletionItem(plainLine(label), kind);
  const { label: name, description } = label;
  const shown = { label: plainLine(name), ...(description === undefined ? {} : { description: plainLine(description) }) };
  return new vscode.CompletionItem(shown, kind);
}
