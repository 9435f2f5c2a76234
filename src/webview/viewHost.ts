/**
 * Makes a page to a view what the window is to its webview: the view calls `acquireVsCodeApi` and hears from this page alone. Not from who has opened it, and not what a client says
 * to the app that it shows: what listened before this was made, hears that.
 */
export class ViewHost<From, To> {
  #listeners: ((event: MessageEvent) => void)[] = [];

  constructor(receive: (message: From) => void) {
    const listen = window.addEventListener.bind(window);
    window.addEventListener = (
      type: string,
      listener: EventListenerOrEventListenerObject,
      options?: boolean | AddEventListenerOptions,
    ): void => {
      if (type === 'message') this.#listeners.push(listener as (event: MessageEvent) => void);
      else listen(type, listener, options);
    };
    Object.assign(window, { acquireVsCodeApi: () => ({ postMessage: receive }) });
  }

  /** True once a view listens. */
  get isHeard(): boolean {
    return this.#listeners.length > 0;
  }

  post(message: To): void {
    for (const listener of this.#listeners) listener(new MessageEvent('message', { data: message }));
  }

  /** Another view takes the page. */
  forget(): void {
    this.#listeners = [];
  }
}
