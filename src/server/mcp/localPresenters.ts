import { spawn } from 'node:child_process';
import type { OpenedPage } from '../approvalPage/approvalPages.ts';
import { denied } from '../writes/refusals.ts';
import type { AddressPresenter } from './pageApprover.ts';

/** What opens an address in the browser that the person uses. */
function opener(address: string): readonly [command: string, ...args: string[]] {
  switch (process.platform) {
    case 'darwin':
      return ['open', address];
    case 'win32':
      return ['rundll32', 'url.dll,FileProtocolHandler', address];
    default:
      return ['xdg-open', address];
  }
}

/** Opens the address in the default browser of this computer. */
export class BrowserPresenter implements AddressPresenter {
  async present({ address, review }: OpenedPage): Promise<void> {
    const [command, ...args] = opener(address);
    await new Promise<void>((resolve, reject) => {
      // Nothing of it goes to stdout, which is the client's, or to stderr, which a client may show to its model.
      const child = spawn(command, args, { stdio: 'ignore', detached: true });
      child.once('error', reject).once('exit', (code) => {
        if (code === 0) resolve();
        else reject(new Error(`${command} ended with ${String(code)}`));
      });
      child.unref();
    }).catch((error: unknown) => {
      throw denied(review.kind, `The browser couldn't be opened (${error instanceof Error ? error.message : String(error)}).`);
    });
  }
}

/** Prints the address on stderr, where the person who starts the server reads it. */
export class StderrPresenter implements AddressPresenter {
  present({ address, review: { kind } }: OpenedPage): Promise<void> {
    const [wants, what] = kind === 'write' ? ['change data', 'change'] : ['export data to a file', 'export'];
    process.stderr.write(`An agent wants to ${wants}. To review the ${what} and decide, open ${address}\n`);
    return Promise.resolve();
  }
}
