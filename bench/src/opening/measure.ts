/** How long the page takes to open, as the browser itself tells it. */
import type { BrowserTest, CDPSession } from '@veritrace/dashboard/testing';

/** One opening. Milliseconds since the browser began to navigate. */
export interface Opening {
  /** The frame with the first marks of the timeline is drawn. */
  firstView: number;
  /** After that the thread that answers to clicks and keys has nothing left to do. */
  interactive: number;
  /** Of it that thread's processor time, which other work of the machine does not lengthen. */
  threadTime: number;
}

/** What the page is to have for a view to be the first. */
const MARK = '.timeline .cell';

type Watched = Window & { opening?: Promise<{ firstView: number; interactive: number }> };

/** Runs inside the page, before it. It names no function: the loader would mark names by what the page does not have. */
const watch = (mark: string): void => {
  (window as Watched).opening = new Promise((done) => {
    new MutationObserver((_changes, observer) => {
      if (document.querySelector(mark) === null) return;
      observer.disconnect();
      // The second is called when the first one's frame has been handed over.
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          const firstView = performance.now();
          requestIdleCallback(() => done({ firstView, interactive: performance.now() }));
        }),
      );
    }).observe(document, { childList: true, subtree: true });
  });
};

/** Opens it once, in a profile of its own. */
const openOnce = async (browser: BrowserTest, url: string): Promise<Opening> => {
  let probe: CDPSession | undefined;
  const { page, trouble, close } = await browser.visit(url, {
    before: async (empty) => {
      probe = await empty.context().newCDPSession(empty);
      await probe.send('Performance.enable', { timeDomain: 'threadTicks' });
      await empty.addInitScript(watch, MARK);
    },
  });
  try {
    const told = await page.evaluate(() => (window as Watched).opening);
    const task = (await probe?.send('Performance.getMetrics'))?.metrics.find(
      ({ name }) => name === 'TaskDuration',
    );
    if (told === undefined || task === undefined) {
      throw new Error('the browser does not tell its times; is it another one than Chromium?');
    }
    if (trouble.length > 0) {
      throw new Error(`the page has something to complain of: ${trouble.join('; ')}`);
    }
    return { ...told, threadTime: 1000 * task.value };
  } finally {
    await close();
  }
};

/** Opens the page at an address so many times. `onRound` is told after each. */
export const measureOpenings = async (
  browser: BrowserTest,
  url: string,
  rounds: number,
  signal: AbortSignal,
  onRound: (round: number) => void,
): Promise<Opening[]> => {
  const openings: Opening[] = [];
  // The first finds files and code that nobody has read before, and does not count.
  for (let round = 0; round <= rounds; round++) {
    signal.throwIfAborted();
    const opening = await openOnce(browser, url);
    if (round > 0) openings.push(opening);
    onRound(round);
  }
  return openings;
};
