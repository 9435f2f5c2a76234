/** Clients give a call up that says nothing for a minute. */
const PROGRESS_MS = 15_000;

/** Resolves as the decision does, and keeps a client from giving up while a person thinks. */
export async function waitFor<T>(decision: Promise<T>, progress: (done: number, message: string) => void): Promise<T> {
  let waited = 0;
  const waiting = setInterval(() => {
    progress(++waited, 'Waiting for the user to decide.');
  }, PROGRESS_MS);
  try {
    return await decision;
  } finally {
    clearInterval(waiting);
  }
}
