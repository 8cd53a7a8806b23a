/** Prints how long a record of a thousand blocks takes to open: `npm run opening -w @veritrace/dashboard -- 1000 5`. */

import { startBrowser } from './browser.ts';
import { demoFiles, longRecord } from './fixture.ts';

const middle = (values: readonly number[]): number =>
  Math.round([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0);

const [blocks = 1000, rounds = 5] = process.argv.slice(2).map(Number);
const browser = await startBrowser();
try {
  const record = longRecord(await demoFiles(), blocks);
  const times: number[] = [];
  /** Processor time of the page's thread, which other work of the machine does not lengthen. */
  const busy: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const { page, close } = await browser.open({ record });
    await page.waitForSelector('.timeline .cell');
    const probe = await page.context().newCDPSession(page);
    await probe.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.reload();
    await page.waitForSelector('.timeline .cell');
    // From the navigation to the second frame after the timeline was there: everything is drawn then.
    times.push(
      await page.evaluate(
        () =>
          new Promise<number>((done) =>
            requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))),
          ),
      ),
    );
    const { metrics } = await probe.send('Performance.getMetrics');
    busy.push(1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0));
    await close();
  }
  const bytes = Object.values(record.files).reduce(
    (sum, file) => sum + ('text' in file ? file.text.length : file.base64.length),
    0,
  );
  console.log(
    `${blocks} blocks, ${(bytes / 1e6).toFixed(1)} MB: ${times.map((time) => `${Math.round(time)} ms`).join(', ')}; median ${middle(times)} ms; of the page's thread ${middle(busy)} ms`,
  );
} finally {
  await browser.close();
}
