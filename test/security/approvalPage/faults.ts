import type { PageFault } from './world.ts';

const SERVER = 'server/approvalPage/pageServer.ts';
const PAGES = 'server/approvalPage/approvalPages.ts';
const REVIEW = 'server/approvalPage/pageReview.ts';

const fault = (file: string, by: string, from: string, to: string): PageFault => ({ name: `${from} → ${to}`, file, from, to, by });

/** Mistakes that an attack must find. */
export const PAGE_FAULTS: readonly PageFault[] = [
  fault(PAGES, 'a wrong code', 'timingSafeEqual(entry.code, given)', 'entry.code.length === given.length'),
  fault(PAGES, 'a wrong code', 'const CODE_BYTES = 32', 'const CODE_BYTES = 8'),
  fault(PAGES, 'a second use of the code', 'if (entry.token !== undefined) {', 'if (entry.token === null) {'),
  fault(PAGES, 'a second use of the code', 'entry.openedTwice = true;', ''),
  fault(PAGES, 'another browser', 'entry.token !== undefined && timingSafeEqual(entry.token, given)', 'entry.token !== undefined'),
  fault(SERVER, 'a request of another site', "origin !== this.origin || site !== 'same-origin'", "site !== 'same-origin'"),
  fault(SERVER, 'a request of another site', "origin !== this.origin || site !== 'same-origin'", 'origin !== this.origin'),
  fault(SERVER, 'a request of another site', 'origin !== this.origin ||', '(origin !== undefined && origin !== this.origin) ||'),
  fault(SERVER, 'a form', "headers['content-type'] === 'application/json' ?", 'headers.host ?'),
  fault(SERVER, 'a GET or HEAD that decides, or that uses the code up', "if (url !== '/') return refusal(404, 'Page not found.');", ''),
  fault(
    SERVER,
    'a frame, a cache, a window that keeps hold of the page',
    "form-action 'none'; frame-ancestors 'none'",
    "form-action 'none'",
  ),
  fault(
    SERVER,
    'a frame, a cache, a window that keeps hold of the page',
    "destination === 'document' || destination === 'empty'",
    'destination',
  ),
  fault(SERVER, 'a frame, a cache, a window that keeps hold of the page', "'cache-control': 'no-store',", ''),
  fault(SERVER, 'another name of this computer', "if (`http://${host ?? ''}` !== this.origin)", 'if (host === undefined)'),
  fault(SERVER, 'another name of this computer', 'server.listen(0, LOOPBACK, resolve)', 'server.listen(0, resolve)'),
  fault(
    SERVER,
    'a body that is too large, or none that a page sends',
    'const MAX_BODY_BYTES = 16 * 1024',
    'const MAX_BODY_BYTES = 16 * 1024 * 1024',
  ),
  fault(
    SERVER,
    'a body that is too large, or none that a page sends',
    'const MAX_HEADER_BYTES = 8 * 1024',
    'const MAX_HEADER_BYTES = 800 * 1024',
  ),
  fault(SERVER, 'many sockets that send nothing, or slowly', 'service.#unproven.opened(socket);', ''),
  fault(SERVER, 'another user of this computer', '?? (await refuseOtherUser(request))', ''),
  fault(REVIEW, 'the ticket of one write with the token of another', 'if (message.ticket !== this.#shown.ticket) return [];', ''),
  fault(REVIEW, 'a yes before anybody could have read', 'if (this.#gate.allows(message.typed, now)) this', 'this'),
  fault(REVIEW, 'a yes before anybody could have read', 'if (this.#drawn && this.#uncovered)', 'if (this.#drawn || this.#uncovered)'),
  fault(REVIEW, 'a page that was closed long before its yes', 'if (now - this.#heardAt > SILENT_MS) {', 'if (now < this.#heardAt) {'),
  fault(REVIEW, 'a yes that nobody comes for in time', 'this.#isTaken = !this.isOver;', 'this.#isTaken = true;'),
  fault(
    PAGES,
    'a yes that nobody comes for in time',
    "if (decision === 'run') this.#awaitRunner(request.id, review);",
    "if (decision === 'run') return;",
  ),
  fault(PAGES, 'more writes than a person can decide about', 'const MAX_WAITING = 8', 'const MAX_WAITING = 800'),
  fault(
    REVIEW,
    'a yes after the time, after a no, after a cancel',
    "this.#end({ decision: 'expired' }, 'expired'",
    "this.#end({ decision: 'run' }, 'running'",
  ),
  fault(PAGES, 'a server that is up when nothing waits', 'if (this.#entries.size === 0) void this.#stop();', ''),
];
