/** Prints how long a record of a thousand blocks takes to open: `npm run opening -w @veritrace/dashboard -- 1000 5`. */

import { startBrowser } from './browser.ts';
import { demoFiles, longRecord } from './fixture.ts';

const [blocks = 1000, rounds = 5] = process.argv.slice(2).map(Number);
const browser = await startBrowser();
try {
  const record = longRecord(await demoFiles(), blocks);
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const { page, close } = await browser.open({ record });
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
    await close();
  }
  const bytes = Object.values(record.files).reduce(
    (sum, file) => sum + ('text' in file ? file.text.length : file.base64.length),
    0,
  );
  times.sort((a, b) => a - b);
  console.log(
    `${blocks} blocks, ${(bytes / 1e6).toFixed(1)} MB: ${times.map((time) => `${Math.round(time)} ms`).join(', ')}; median ${Math.round(times[Math.floor(times.length / 2)] ?? 0)} ms`,
  );
} finally {
  await browser.close();
}
