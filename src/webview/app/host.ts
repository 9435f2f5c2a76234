import {
  App,
  applyDocumentTheme,
  applyHostStyleVariables,
  PostMessageTransport,
  type McpUiHostContext,
} from '@modelcontextprotocol/ext-apps';

/** As the server has them. */
const VIEW_KEY = 'mysql-pilot/view';
const VIEW_TOOL = 'mysql_view';

export interface ViewRequest {
  readonly start?: number;
  readonly count?: number;
  readonly sort?: { readonly column: number; readonly descending: boolean } | undefined;
  readonly filter?: string;
  readonly whole?: boolean;
}

/** What the server tells of a view. */
export interface ViewAnswer {
  readonly kind: 'grid' | 'chart';
  readonly title: string;
  readonly sql: string;
  readonly columns: readonly { readonly name: string; readonly align: 'start' | 'end' }[];
  readonly total: number;
  readonly shown: number;
  readonly truncated: boolean;
  readonly rows: readonly (readonly (string | null)[])[];
  readonly chart?: {
    readonly kind: 'bar' | 'line' | 'pie';
    readonly labels: readonly string[];
    readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  };
}

/** The client that shows this app: its theme, the result of the tool, and the rows behind it. */
export class AppHost {
  readonly #app = new App({ name: 'mysql-pilot', version: '1' }, {}, { autoResize: false });
  #view = '';

  /** Resolves to the text of a result that has no view, or to undefined where there is one. */
  async connect(): Promise<string | undefined> {
    const result = new Promise<string | undefined>((resolve) => {
      this.#app.addEventListener('toolresult', ({ _meta, content }) => {
        const view = _meta?.[VIEW_KEY];
        if (typeof view === 'string') this.#view = view;
        resolve(typeof view === 'string' ? undefined : content.map((part) => (part.type === 'text' ? part.text : '')).join('\n'));
      });
    });
    this.#app.addEventListener('hostcontextchanged', (changed) => {
      this.#show(changed);
    });
    await this.#app.connect(new PostMessageTransport(window.parent, window.parent));
    const context = this.#app.getHostContext();
    if (context !== undefined) this.#show(context);
    return result;
  }

  get downloads(): boolean {
    return this.#app.getHostCapabilities()?.downloadFile !== undefined;
  }

  get takesContext(): boolean {
    return this.#app.getHostCapabilities()?.updateModelContext !== undefined;
  }

  /** Goes to the model with the next message of the person, in the place of what was told before. */
  async tellModel(text: string): Promise<void> {
    await this.#app.updateModelContext({ content: [{ type: 'text', text }] });
  }

  async read(request: ViewRequest): Promise<ViewAnswer> {
    const { structuredContent, isError } = await this.#app.callServerTool({ name: VIEW_TOOL, arguments: { view: this.#view, ...request } });
    if (isError === true || structuredContent === undefined) throw new Error('This view is no longer available.');
    return structuredContent as unknown as ViewAnswer;
  }

  async download(name: string, text: string): Promise<void> {
    await this.#app.downloadFile({
      contents: [{ type: 'resource', resource: { uri: `file:///${encodeURIComponent(name)}`, mimeType: 'text/csv', text } }],
    });
  }

  async resize(height: number): Promise<void> {
    await this.#app.sendSizeChanged({ height });
  }

  #show({ theme, styles }: McpUiHostContext): void {
    if (theme !== undefined) applyDocumentTheme(theme);
    if (styles?.variables !== undefined) applyHostStyleVariables(styles.variables);
    document.body.classList.toggle('dark', theme === 'dark'); // a chart is drawn anew with it
  }
}
