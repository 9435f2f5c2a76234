import type { View } from '../../broker/viewContract.ts';
import type { Viewer } from './viewer.ts';
import { lazy } from '../../engine/lazy.ts';

/** https://github.com/modelcontextprotocol/ext-apps: what a client declares that shows apps. */
export const APPS_EXTENSION = 'io.modelcontextprotocol/ui';
export const APP_MIME_TYPE = 'text/html;profile=mcp-app';
export const VIEW_URI = 'ui://mysql-pilot/view.html';
/** Names the view in the result of a tool: the app gets that, and the model does not. */
export const VIEW_KEY = 'mysql-pilot/view';
/** The tool by which the app reads the rows of its view. No model calls it. */
export const VIEW_TOOL = 'mysql_view';

/** What the client needs of the tool that shows. The second form is that of clients of before 2026. */
export const SHOWING_META = { ui: { resourceUri: VIEW_URI, visibility: ['model'] }, 'ui/resourceUri': VIEW_URI };

export const VIEW_TOOL_ENTRY = {
  name: VIEW_TOOL,
  title: 'MySQL rows of a view',
  description: 'Only for the view of mysql_show.',
  inputSchema: { type: 'object' as const },
  _meta: { ui: { visibility: ['app'] } },
};

/** The views that one client has been shown in apps. */
export class AppViews implements Viewer {
  readonly kinds: Viewer['kinds'] = new Set(['grid', 'chart'] as const);
  readonly #store = lazy(async () => new (await import('./viewStore.ts')).ViewStore());

  async show(view: View): Promise<string> {
    return (await this.#store.get()).keep(view);
  }

  /** What the app asks for, of views of these profiles: agents see the rows of no others any more. Throws a PilotError. */
  async read(input: unknown, profiles: ReadonlySet<string>): Promise<Record<string, unknown>> {
    const store = await this.#store.get();
    store.retain(profiles);
    return { ...store.read(input) };
  }
}
