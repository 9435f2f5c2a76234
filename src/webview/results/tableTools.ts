import { element, iconButton } from '../dom.ts';
import type { ExtraButton, FromResultsView, RowChoice } from './messages.ts';

/** The lists and buttons that only some tables have. */
export class TableTools {
  readonly choices = element('div', { class: 'choices' });
  readonly extras = element('div', { class: 'extras' });
  readonly #say: (message: FromResultsView) => void;
  #drawn = '';

  constructor(say: (message: FromResultsView) => void) {
    this.#say = say;
  }

  /** Lists with the same values stay, and keep the keyboard. */
  show(choices: readonly RowChoice[], extras: readonly ExtraButton[]): void {
    const key = JSON.stringify([choices.map(({ label, values }) => [label, values]), extras]);
    if (key !== this.#drawn) {
      this.#drawn = key;
      this.choices.replaceChildren(...choices.map((choice, i) => this.#list(choice, i)));
      this.extras.replaceChildren(
        ...extras.map(({ icon, title }, button) =>
          iconButton(icon, title, () => {
            this.#say({ type: 'extra', button });
          }),
        ),
      );
    }
    for (const [i, list] of [...this.choices.querySelectorAll('select')].entries()) list.selectedIndex = choices[i]?.chosen ?? 0;
  }

  #list({ label, values }: RowChoice, choice: number): HTMLSelectElement {
    const list = element(
      'select',
      { 'aria-label': label, title: label },
      ...values.map((value, i) => element('option', { value: String(i) }, value)),
    );
    list.addEventListener('change', () => {
      this.#say({ type: 'choose', choice, value: list.selectedIndex });
    });
    return list;
  }
}
