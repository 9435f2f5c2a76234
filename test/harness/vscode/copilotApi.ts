import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What the model does next: calls a tool, or answers; `{{result}}` stands for the last tool result. */
export type CopilotStep = { readonly tool: string; readonly args: object } | { readonly say: string };

/** A request to the model that offered tools. */
export interface CopilotRequest {
  readonly question: string;
  readonly tools: readonly string[];
  /** Tool results since the question. */
  readonly results: readonly string[];
}

interface Message {
  readonly role: string;
  readonly content: unknown;
}

interface Completion {
  readonly model?: string;
  readonly stream?: boolean;
  readonly messages: readonly Message[];
  readonly tools?: readonly { readonly function?: { readonly name: string } }[];
}

const MODEL = {
  id: 'scripted',
  name: 'Scripted',
  object: 'model',
  vendor: 'Test',
  version: '1',
  preview: false,
  model_picker_enabled: true,
  is_chat_default: true,
  is_chat_fallback: true,
  supported_endpoints: ['/chat/completions'],
  policy: { state: 'enabled' },
  billing: { is_premium: false, multiplier: 0 },
  capabilities: {
    family: 'scripted',
    type: 'chat',
    object: 'model_capabilities',
    tokenizer: 'o200k_base',
    limits: { max_context_window_tokens: 128_000, max_prompt_tokens: 111_000, max_output_tokens: 16_000 },
    supports: { streaming: true, tool_calls: true, parallel_tool_calls: true },
  },
};

const DAY_S = 86_400;

/**
 * The part of Copilot's API that VS Code's agent host needs, on the loopback, with a model that follows a plan. The agent host is led here by
 * VS Code's own test variables, and the token that it sends is made up: no account takes part.
 */
export class CopilotApi {
  readonly #server: Server;
  readonly #plans: Readonly<Record<string, readonly CopilotStep[]>>;
  readonly requests: CopilotRequest[] = [];

  private constructor(plans: Readonly<Record<string, readonly CopilotStep[]>>) {
    this.#plans = plans;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
    });
  }

  /** A plan is found by words of the user's question. */
  static async start(plans: Readonly<Record<string, readonly CopilotStep[]>>): Promise<CopilotApi> {
    const api = new CopilotApi(plans);
    await new Promise<void>((resolve) => {
      api.#server.listen(0, '127.0.0.1', resolve);
    });
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  /** For the process that starts the agent host. */
  get environment(): Record<string, string> {
    return {
      VSCODE_AGENT_HOST_CAPI_URL_OVERRIDE: this.url,
      COPILOT_API_URL: this.url,
      COPILOT_DEBUG_GITHUB_API_URL: this.url,
    };
  }

  dispose(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const route = (request.url ?? '').replace(/\?.*$/, '');
    if (route.endsWith('/chat/completions')) this.#complete(JSON.parse(body) as Completion, response);
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(this.#document(route)));
  }

  #document(route: string): object {
    const endpoints = { api: this.url, proxy: this.url, telemetry: this.url };
    const expiresAt = Math.floor(Date.now() / 1000) + DAY_S;
    if (route.endsWith('/models/session') || route.endsWith('/auto'))
      return {
        selected_model: MODEL.id,
        available_models: [MODEL.id],
        session_token: 'made-up',
        expires_at: expiresAt,
        discounted_costs: {},
      };
    if (route.endsWith('/models')) return { object: 'list', data: [MODEL] };
    if (route.endsWith('/copilot_internal/user'))
      return { login: 'tester', copilot_plan: 'individual', chat_enabled: true, is_mcp_enabled: true, endpoints, organization_list: [] };
    if (route.includes('/copilot_internal/'))
      return { token: 'made-up', expires_at: expiresAt, refresh_in: 1500, chat_enabled: true, endpoints };
    return route.endsWith('/user') ? { login: 'tester', id: 1 } : {};
  }

  #complete({ messages, tools = [], model, stream = false }: Completion, response: ServerResponse): void {
    const offered = tools.flatMap((tool) => tool.function?.name ?? []);
    const asked = messages.findLastIndex(({ role }) => role === 'user');
    const question = textOf(messages[asked]?.content);
    const results = messages.slice(asked + 1).flatMap(({ role, content }) => (role === 'tool' ? [textOf(content)] : []));
    if (offered.length > 0) this.requests.push({ question, tools: offered, results });
    const { delta, finish } = this.#next(question, offered, results);
    const head = { id: 'scripted', created: 1, model };
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    if (!stream) {
      const choices = [{ index: 0, message: delta, finish_reason: finish }];
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ...head, object: 'chat.completion', choices, usage }));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const chunk of [
      { choices: [{ index: 0, delta, finish_reason: null }] },
      { choices: [{ index: 0, delta: {}, finish_reason: finish }], usage },
    ])
      response.write(`data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...chunk })}\n\n`);
    response.end('data: [DONE]\n\n');
  }

  #next(question: string, offered: readonly string[], results: readonly string[]): { delta: object; finish: string } {
    const plan = Object.entries(this.#plans).find(([words]) => question.includes(words))?.[1] ?? [{ say: 'No plan fits.' }];
    const step = plan[Math.min(results.length, plan.length - 1)] ?? { say: 'The plan is empty.' };
    const say = (content: string): { delta: object; finish: string } => ({ delta: { role: 'assistant', content }, finish: 'stop' });
    if ('say' in step) return say(step.say.replace('{{result}}', () => results.at(-1) ?? ''));
    const name = offered.find((tool) => tool.endsWith(step.tool));
    if (name === undefined) return say(`The tool ${step.tool} is not offered among ${String(offered.length)}.`);
    const call = { name, arguments: JSON.stringify(step.args) };
    const id = `call-${String(this.requests.length)}`;
    return {
      delta: { role: 'assistant', content: '', tool_calls: [{ index: 0, id, type: 'function', function: call }] },
      finish: 'tool_calls',
    };
  }
}

/** Content is a text or a list of parts. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: unknown) => (isTextPart(part) ? part.text : '')).join('\n');
}

function isTextPart(part: unknown): part is { readonly text: string } {
  return typeof part === 'object' && part !== null && 'text' in part && typeof part.text === 'string';
}
