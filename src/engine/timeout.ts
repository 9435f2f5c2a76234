/** What `work` resolves to, or undefined if that takes longer; the work itself goes on. Rejects as it does, as long as somebody waits. */
export async function withTimeout<T>(milliseconds: number, work: Promise<T>): Promise<T | undefined> {
  work.catch(() => undefined); // it may fail when nobody waits any longer
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      resolve(undefined);
    }, milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
