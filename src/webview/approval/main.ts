import { element } from '../dom.ts';
import type { FromReview, ToReview } from '../review/messages.ts';
import { ViewHost } from '../viewHost.ts';
import { TOKEN_HEADER, type OpenedAnswer, type PageAnswer, type RefusedAnswer } from './messages.ts';

/**
 * The review of a write as a page of its own: it is to the review what the window is to its webview, and has everything from the server on the loopback. The code of the address opens it
 * once; what it gets for that stays in this tab.
 */
const TOKEN_KEY = 'mysql-pilot';
const POLL_MS = 700;
/** Without an answer for so long the server is gone. */
const LOST_AFTER = 4;
const FINAL = new Set(['committed', 'exported', 'failed', 'unknown', 'rejected', 'expired']);

const code = location.hash.slice(1);
/** It would stay in the history and on the screen. */
history.replaceState(null, '', location.pathname);
let token = sessionStorage.getItem(TOKEN_KEY) ?? '';
let ticket = '';
let inView = false;
let phase = 'waiting';
let misses = 0;
let timer: ReturnType<typeof setInterval> | undefined;

const view = new ViewHost<FromReview, ToReview>((message) => {
  if (message.type === 'sight') {
    inView = message.visible;
    tellSight();
  } else void say(message);
});

class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

async function post<T>(path: string, body: object): Promise<T> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [TOKEN_HEADER]: token },
    body: JSON.stringify(body),
    redirect: 'error',
  });
  const answer = (await response.json()) as T | RefusedAnswer;
  if (response.ok) return answer as T;
  throw new Refused(response.status, (answer as RefusedAnswer).error);
}

/** Another browser, or this one before a restart, has no token: then the code decides who it is. */
const opened = (async (): Promise<void> => {
  if (code === '') return;
  ({ token } = await post<OpenedAnswer>('/open', { code }));
  sessionStorage.setItem(TOKEN_KEY, token);
})();

async function say(message: FromReview): Promise<void> {
  try {
    await opened;
    receive(await post<PageAnswer>('/say', message));
  } catch (error) {
    fail(error);
  }
}

function receive({ messages, notice }: PageAnswer): void {
  misses = 0;
  for (const message of messages) show(message);
  showNotice(notice);
}

function show(message: ToReview): void {
  if (message.type === 'review') ({ ticket } = message.review);
  if (message.type === 'state') {
    ({ phase } = message.state);
    if (FINAL.has(phase)) clearInterval(timer);
  }
  view.post(message);
  if (message.type === 'review') document.querySelector('h1')?.focus();
}

const notices = element('div', { class: 'notice', role: 'alert' });
function showNotice(text = ''): void {
  if (text === '' || notices.textContent !== '') return;
  notices.replaceChildren(element('p', {}, text));
  document.body.prepend(notices);
}

/** Somebody who looks at another window reads nothing here. */
function tellSight(): void {
  if (ticket !== '') void say({ type: 'sight', ticket, visible: inView && document.visibilityState === 'visible' && document.hasFocus() });
}

function fail(error: unknown): void {
  if (error instanceof Refused) end(error.message, error.status === 409);
  else if (++misses >= LOST_AFTER)
    end(
      phase === 'running'
        ? 'The server has ended. Check whether the change was made.'
        : 'The server has ended, so no one can decide here any more. Nothing was changed.',
      false,
    );
}

/** Replaces the page by what there is to say yet. */
function end(text: string, mayReject: boolean): void {
  clearInterval(timer);
  if (FINAL.has(phase)) return; // it says what became of the write
  phase = 'expired';
  const heading = element('h1', { tabindex: '-1' }, 'Nothing to Decide Here');
  const reject = element('button', { type: 'button', class: 'text' }, 'Reject the Request');
  reject.addEventListener('click', () => {
    post<PageAnswer>('/reject', { code }).then(
      () => {
        end('You rejected the request. Nothing was changed.', false);
      },
      (failure: unknown) => {
        end(failure instanceof Refused ? failure.message : 'The server has ended. Nothing was changed.', false);
      },
    );
    phase = 'waiting';
  });
  const main = element('main', { role: 'alert' }, heading, element('p', {}, text), ...(mayReject ? [reject] : []));
  document.body.replaceChildren(main);
  heading.focus();
}

async function start(): Promise<void> {
  try {
    if (code === '' && token === '')
      throw new Refused(404, 'The address is incomplete. Open it as the agent’s program or the server shows it.');
    await opened;
  } catch (error) {
    misses = LOST_AFTER;
    fail(error);
    return;
  }
  timer = setInterval(() => {
    post<PageAnswer>('/state', {}).then(receive, fail);
  }, POLL_MS);
  for (const type of ['focus', 'blur'] as const) window.addEventListener(type, tellSight);
  document.addEventListener('visibilitychange', tellSight);
}

void start();
