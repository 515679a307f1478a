const PAUSES = [300, 700, 1500, 3000, 6000, 10_000];

/** Waits before another try, longer each time, but no longer than until the network is back or the page is looked at again. */
export function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => {
    const seen = () => document.hidden || done();
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      removeEventListener('pageshow', done);
      document.removeEventListener('visibilitychange', seen);
      resolve();
    };
    // Not all at the same moment, when it was the server that was away.
    const timer = setTimeout(done, PAUSES[Math.min(attempt, PAUSES.length - 1)] * (0.8 + Math.random() * 0.4));
    addEventListener('online', done);
    addEventListener('pageshow', done);
    document.addEventListener('visibilitychange', seen);
  });
}
