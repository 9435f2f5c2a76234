import { element, icon, setText } from '../dom.ts';
import type { FromReview, ReviewStrings, ShownReview, ShownState } from './messages.ts';
import { drawPieces } from './pieces.ts';

const MAX_REASON = 1000;

/** What a person decides with. Nothing is decided here: the window checks what it is told. */
export class DecisionBar {
  readonly element: HTMLElement;
  readonly #strings: ReviewStrings;
  readonly #say: (message: FromReview) => void;
  readonly #hint = element('p', { class: 'hint', role: 'status' });
  readonly #typedLabel = element('span', {});
  readonly #typed = element('input', { type: 'text', class: 'typed', autocomplete: 'off', spellcheck: 'false' });
  readonly #typedRow = element('label', { class: 'field' }, this.#typedLabel, this.#typed);
  readonly #reason = element('input', { type: 'text', class: 'reason', autocomplete: 'off', maxlength: MAX_REASON });
  readonly #time = element('span', { class: 'time', role: 'timer' });
  readonly #run = element('button', { type: 'button', class: 'run', 'aria-disabled': 'true' });
  readonly #runForSession = element('button', { type: 'button', class: 'text session', 'aria-disabled': 'true' });
  readonly #reasonRow: HTMLElement;
  readonly #extend: HTMLElement;
  readonly #reject: HTMLElement;
  readonly #decide: HTMLElement;
  readonly #undo: HTMLElement;
  #ticket = '';
  #expected: string | undefined;
  #seen = false;
  #inSight = false;
  /** The key or the pointer was pressed before the button was enabled: letting it go is no click. */
  #early = false;
  #state: ShownState | undefined;
  #endsAt = 0;

  constructor(strings: ReviewStrings, say: (message: FromReview) => void) {
    this.#strings = strings;
    this.#say = say;
    const send = (type: 'extend' | 'undo') => () => {
      this.#say({ type, ticket: this.#ticket });
    };
    const reject = (): void => {
      this.#say({ type: 'reject', ticket: this.#ticket, reason: this.#reason.value });
    };
    this.#guard(this.#run, {});
    this.#guard(this.#runForSession, { forSession: true });
    this.#typed.addEventListener('input', () => {
      this.#draw();
    });
    this.#reasonRow = element('label', { class: 'field' }, element('span', {}, strings.reason), this.#reason);
    this.#extend = element('button', { type: 'button', class: 'text', onclick: send('extend') }, icon('clock'), strings.extend);
    this.#reject = element('button', { type: 'button', class: 'text reject', onclick: reject });
    this.#decide = element(
      'div',
      { class: 'decide' },
      this.#typedRow,
      this.#reasonRow,
      element(
        'div',
        { class: 'buttons' },
        this.#time,
        this.#extend,
        element('span', { class: 'gap' }),
        this.#reject,
        this.#runForSession,
        this.#run,
      ),
    );
    this.#undo = element('button', { type: 'button', class: 'text undo', onclick: send('undo') }, icon('discard'), strings.undo);
    this.element = element('footer', {}, this.#hint, this.#decide, this.#undo);
    this.element.hidden = true;
    setInterval(() => {
      this.#tick();
    }, 500);
  }

  /** A click counts that was meant for the button as it is now. */
  #guard(button: HTMLElement, more: { readonly forSession?: true }): void {
    button.addEventListener('click', (event) => {
      if (event.isTrusted && !this.#early && this.#isReady())
        this.#say({ type: 'run', ticket: this.#ticket, typed: this.#typed.value, ...more });
    });
    button.addEventListener('pointerdown', () => {
      this.#early = !this.#isReady();
    });
    button.addEventListener('keydown', (event) => {
      // Enter is what somebody presses at the end of a line that was meant for another place.
      if (event.key === 'Enter') event.preventDefault();
      if (!event.repeat) this.#early = !this.#isReady();
    });
  }

  show({ ticket, agent, run, runForSession, typed }: ShownReview): void {
    this.#ticket = ticket;
    this.#expected = typed?.value;
    this.#seen = false;
    this.#typed.value = '';
    this.#typedRow.hidden = typed === undefined;
    this.#typedLabel.replaceChildren(...(typed === undefined ? [] : drawPieces(typed.label, this.#strings)));
    setText(this.#run, run);
    setText(this.#runForSession, runForSession ?? '');
    this.#runForSession.hidden = runForSession === undefined;
    for (const part of [this.#reasonRow, this.#time, this.#extend]) part.hidden = !agent;
    this.#reject.replaceChildren(icon('close'), agent ? this.#strings.reject : this.#strings.cancel);
    this.#draw();
  }

  warningsSeen(): void {
    this.#seen = true;
    this.#draw();
  }

  inSight(inSight: boolean): void {
    this.#inSight = inSight;
    this.#draw();
  }

  /** The window is told as well, and says when it was read. */
  startAnew(): void {
    if (this.#state !== undefined) this.#state = { ...this.#state, read: false };
    this.#draw();
  }

  update(state: ShownState): void {
    this.#state = state;
    this.#endsAt = performance.now() + state.remainingMs;
    const waits = state.phase === 'waiting';
    this.#decide.hidden = !waits;
    this.#undo.hidden = !state.undo;
    this.element.hidden = !waits && !state.undo;
    this.#tick();
    this.#draw();
  }

  #isReady(): boolean {
    const { read = false, phase } = this.#state ?? {};
    return (
      phase === 'waiting' && this.#inSight && read && this.#seen && (this.#expected === undefined || this.#typed.value === this.#expected)
    );
  }

  /** One sentence says what is missing. */
  #draw(): void {
    const ready = this.#isReady();
    for (const button of [this.#run, this.#runForSession]) button.setAttribute('aria-disabled', String(!ready));
    const { read = false, phase } = this.#state ?? {};
    const hint =
      phase !== 'waiting'
        ? ''
        : !this.#seen
          ? this.#strings.scroll
          : !read
            ? this.#strings.reading
            : ready
              ? this.#strings.ready
              : this.#strings.type;
    if (this.#hint.textContent !== hint) setText(this.#hint, hint);
  }

  #tick(): void {
    const seconds = Math.max(0, Math.ceil((this.#endsAt - performance.now()) / 1000));
    const text = `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`;
    setText(this.#time, this.#strings.remaining.replace('{0}', text));
  }
}
