import * as vscode from 'vscode';
import { plainLine } from '../../engine/foreignText.ts';
import { currentGesture } from './gestures.ts';

/** An entry of a list: its icon is ours, its texts may be anybody's. */
export interface PickItem extends Omit<vscode.QuickPickItem, 'iconPath'> {
  readonly icon?: string;
}

/** Lets the person pick one entry, or with `canPickMany` several. Resolves to the entries that were given. */
export async function pick<T extends PickItem>(
  items: readonly T[],
  options: vscode.QuickPickOptions & { canPickMany: true },
): Promise<T[] | undefined>;
export async function pick<T extends PickItem>(items: readonly T[], options: vscode.QuickPickOptions): Promise<T | undefined>;
export async function pick<T extends PickItem>(items: readonly T[], options: vscode.QuickPickOptions): Promise<T | T[] | undefined> {
  const shown = items.map(toShown);
  const answered = currentGesture()?.opens();
  const picked = await vscode.window.showQuickPick(shown, plainOptions(options));
  answered?.();
  if (picked === undefined) return undefined;
  return Array.isArray(picked) ? (picked as Shown<T>[]).map(({ given }) => given) : picked.given;
}

/**
 * Lets the person pick what is to change. A list takes the keys of whoever types when it opens, and Enter picks its first entry: that is `keep`, which changes nothing. Resolves to undefined for
 * it, too.
 */
export async function pickChange<T extends PickItem>(
  items: readonly T[],
  { keep, ...options }: vscode.QuickPickOptions & { readonly keep: string },
): Promise<T | undefined> {
  const first: PickItem & { readonly item?: T } = { icon: 'close', label: keep };
  return (await pick<PickItem & { readonly item?: T }>([first, ...items.map((item) => ({ ...item, item }))], options))?.item;
}

/** A list that answers while somebody types. */
export class Picker<T extends PickItem> implements vscode.Disposable {
  readonly #picker = vscode.window.createQuickPick<Shown<T>>();

  constructor({ title, placeholder, buttons = [] }: { title: string; placeholder: string; buttons?: readonly vscode.QuickInputButton[] }) {
    this.#picker.title = plainLine(title);
    this.#picker.placeholder = plainLine(placeholder);
    this.#picker.matchOnDescription = true;
    this.#picker.buttons = buttons;
  }

  get onDidChangeValue(): vscode.Event<string> {
    return this.#picker.onDidChangeValue;
  }

  get onDidTriggerButton(): vscode.Event<vscode.QuickInputButton> {
    return this.#picker.onDidTriggerButton;
  }

  set items(items: readonly T[]) {
    this.#picker.items = items.map(toShown);
  }

  set busy(busy: boolean) {
    this.#picker.busy = busy;
  }

  set placeholder(text: string) {
    this.#picker.placeholder = plainLine(text);
  }

  set matchOnDetail(match: boolean) {
    this.#picker.matchOnDetail = match;
  }

  /** Resolves to the entry that was accepted, or to undefined. */
  pick(): Promise<T | undefined> {
    const picked = Promise.withResolvers<T | undefined>();
    const answered = currentGesture()?.opens();
    this.#picker.onDidAccept(() => {
      answered?.();
      picked.resolve(this.#picker.activeItems[0]?.given);
      this.#picker.hide();
    });
    this.#picker.onDidHide(() => {
      picked.resolve(undefined);
    });
    this.#picker.show();
    return picked.promise;
  }

  hide(): void {
    this.#picker.hide();
  }

  dispose(): void {
    this.#picker.dispose();
  }
}

/** Asks for a line of text. The value is what is edited, and stays as it is. */
export async function askText(options: vscode.InputBoxOptions, token?: vscode.CancellationToken): Promise<string | undefined> {
  const answered = currentGesture()?.opens();
  const text = await vscode.window.showInputBox(
    {
      ...plainOptions(options),
      ...(options.validateInput === undefined
        ? {}
        : {
            validateInput: async (text: string) => {
              const problem = await options.validateInput?.(text);
              return typeof problem === 'string' ? plainLine(problem) : problem; // others are made plain where they are worded
            },
          }),
    },
    token,
  );
  answered?.();
  return text;
}

export function createInput(title: string, prompt: string, value: string): vscode.InputBox {
  const box = vscode.window.createInputBox();
  box.title = plainLine(title);
  box.prompt = plainLine(prompt);
  box.value = value;
  const answered = currentGesture()?.opens();
  if (answered === undefined) return box;
  box.onDidAccept(answered);
  box.onDidTriggerButton(answered);
  return box;
}

interface Shown<T> extends vscode.QuickPickItem {
  readonly given: T;
}

function toShown<T extends PickItem>(given: T): Shown<T> {
  const { icon, label, description, detail, picked, alwaysShow, kind, buttons } = given;
  return {
    given,
    label: icon === undefined ? plainLine(label) : `$(${icon}) ${plainLine(label)}`,
    ...(description === undefined ? {} : { description: plainLine(description) }),
    ...(detail === undefined ? {} : { detail: plainLine(detail) }),
    ...(picked === undefined ? {} : { picked }),
    ...(alwaysShow === undefined ? {} : { alwaysShow }),
    ...(kind === undefined ? {} : { kind }),
    ...(buttons === undefined ? {} : { buttons }),
  };
}

function plainOptions<T extends { title?: string; placeHolder?: string; prompt?: string }>(options: T): T {
  const shown = { ...options };
  for (const key of ['title', 'placeHolder', 'prompt'] as const) if (shown[key] !== undefined) shown[key] = plainLine(shown[key]);
  return shown;
}
