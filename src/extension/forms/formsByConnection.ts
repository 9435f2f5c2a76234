import type { FormPanel } from './formPanel.ts';

/** The open forms of one kind, at most one for each connection: what is typed in one is not overwritten by another. */
export class FormsByConnection {
  readonly #open = new Map<string, FormPanel>();

  /** Shows the form that is open for the connection, else the one that `make` opens. */
  async show(id: string, make: () => Promise<FormPanel>): Promise<void> {
    const already = this.#open.get(id);
    if (already !== undefined) {
      already.reveal();
      return;
    }
    this.#keep(id, await make());
  }

  #keep(id: string, panel: FormPanel): void {
    this.#open.set(id, panel);
    panel.onDidDispose(() => this.#open.delete(id));
    panel.onReopened = (again) => {
      this.#keep(id, again);
    };
  }
}
