/** The page in a real browser, opened from a file: every view, both themes, by keyboard, and with records that are broken. */

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtPage } from '../node/index.ts';
import type { EmbeddedFiles } from '../record/files.ts';
import {
  accessibility,
  type BrowserTest,
  PHONE,
  type Sight,
  startBrowser,
} from '../testing/browser.ts';
import { DEMO, demoFiles, longRecord, withFile } from '../testing/fixture.ts';
import { latencyResult } from '../testing/results.ts';
import { compareScreen } from '../testing/screens.ts';
import { recordedAnswers, type StubNode, startStubNode } from '../testing/stub-node.ts';
import type { Embedded } from './data.ts';

const BENCH = fileURLToPath(new URL('../../testdata/bench/', import.meta.url));

let browser: BrowserTest;
let node: StubNode;
let live: StubNode;
let demo: EmbeddedFiles;
let data: Embedded;

beforeAll(async () => {
  [browser, node, live, demo] = await Promise.all([
    startBrowser(),
    startStubNode(recordedAnswers()),
    startStubNode(recordedAnswers()),
    demoFiles(),
  ]);
  data = {
    record: demo,
    attachments: {
      'disputes.json': await readFile(`${BENCH}disputes.json`, 'utf8'),
      'gate.json': await readFile(`${BENCH}gate.json`, 'utf8'),
      'latency-1.json': JSON.stringify(latencyResult(200, 1, 'a1b2c3d4e5', '2026-11-20')),
      'latency-2.json': JSON.stringify(latencyResult(220, 2, 'b2c3d4e5f6', '2026-11-21')),
      'latency-3.json': JSON.stringify(latencyResult(210, 3, 'c3d4e5f6a7', '2026-11-22')),
    },
  };
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await Promise.all([node?.close(), live?.close()]);
});

const texts = (page: Page, selector: string): Promise<string[]> =>
  page.locator(selector).allTextContents();

const using = async (
  opening: Promise<Sight>,
  look: (sight: Sight) => Promise<void>,
): Promise<void> => {
  const sight = await opening;
  try {
    await look(sight);
  } finally {
    await sight.close();
  }
};

/** Places that are looked at in both themes and on a small screen. */
const PLACES = [
  { name: 'run', place: '#/run', ready: '.timeline .cell' },
  { name: 'request', place: '#/request/eight', ready: '#focus .sankey' },
  { name: 'actor', place: '#/actor/mallory', ready: '#focus .life' },
  { name: 'block', place: '#/block/16', ready: '#focus .life' },
  { name: 'dispute', place: '#/dispute/1', ready: '.graph-view .node.W' },
  { name: 'model', place: '#/model/digits-cnn', ready: '.graph-view .node' },
  { name: 'bench', place: '#/bench', ready: '.chart canvas' },
] as const;

const isPanel = (name: (typeof PLACES)[number]['name']): boolean =>
  name === 'request' || name === 'actor' || name === 'block';

describe('the page, opened from a file', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const { name, place, ready } of PLACES) {
      it(`shows ${name} in ${colorScheme}, with no error, clean by axe and as it was`, async () => {
        await using(browser.open(data, place, { colorScheme }), async ({ page, trouble }) => {
          await page.waitForSelector(ready);
          const screen = await compareScreen(page, `${name}-${colorScheme}`);
          // The panels are made of what the other views have in both themes.
          if (colorScheme === 'light' || !isPanel(name)) {
            expect(await accessibility(page)).toEqual([]);
          }
          expect(trouble).toEqual([]);
          expect(screen).toBeUndefined();
        });
      }, 60_000);
    }
  }

  for (const { name, place, ready } of PLACES) {
    it(`has no more than the width of a telephone needs: ${name}`, async () => {
      await using(browser.open(data, place, { viewport: PHONE }), async ({ page, trouble }) => {
        await page.waitForSelector(ready);
        const screen = await compareScreen(page, `${name}-phone`);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(over).toBeLessThanOrEqual(0);
        if (name === 'dispute') expect(await accessibility(page)).toEqual([]);
        expect(trouble).toEqual([]);
        expect(screen).toBeUndefined();
      });
    }, 60_000);
  }

  it('tells of the run what its summary has', async () => {
    await using(browser.open(data), async ({ page }) => {
      expect(await page.title()).toBe('demo – Veritrace');
      expect(await texts(page, '.stats dd')).toEqual(['24', '3', '2', '28VTR', '600', '31 of 31']);
      expect(await page.locator('.invariants li').count()).toBe(25);
      expect(await page.locator('.verdict-line .tabular').allTextContents()).toEqual([
        '45.3 VTR in = 17.3 VTR out + 28 VTR burned',
      ]);
      expect(await page.getByRole('img', { name: 'the sums agree' }).count()).toBe(1);
    });
  }, 30_000);

  it('marks whoever did not end as it must, and nobody of a run that held', async () => {
    const actors = (page: Page) => page.getByRole('group', { name: 'Actors' });
    const summary = JSON.parse((demo.files['summary.json'] as { text: string }).text) as {
      actors: { name: string; held: boolean; owed: string; ends: string }[];
    };
    expect(summary.actors.every(({ held }) => held)).toBe(true);
    const judged = summary.actors.filter(({ ends }) => ends !== 'any').length;
    expect(judged).toBeGreaterThan(5);
    await using(browser.open(data), async ({ page }) => {
      await actors(page).waitFor();
      expect(await actors(page).getByRole('img', { name: 'no' }).count()).toBe(0);
      expect(await actors(page).getByRole('img', { name: 'yes' }).count()).toBe(judged);
    });
    const [first, ...others] = summary.actors;
    const poorer = withFile(demo, 'summary.json', () =>
      JSON.stringify({ ...summary, actors: [{ ...first, held: false }, ...others] }),
    );
    await using(browser.open({ ...data, record: poorer }), async ({ page }) => {
      await actors(page).waitFor();
      expect(await actors(page).getByRole('img', { name: 'no' }).count()).toBe(1);
    });
  });

  it('colours the leaves of a claim as they are, and sets the wrong value beside the right one', async () => {
    await using(browser.open(data, '#/dispute/1'), async ({ page }) => {
      await page.waitForSelector('.graph-view .node.W');
      expect(await page.locator('.graph-view .node.T').count()).toBe(6);
      expect(await texts(page, '.graph-view .node.W title')).toEqual([
        'Node 5, MatMul, U8 1×32: false, though its inputs are true',
      ]);
      expect(await page.locator('.graph-view .node.F').count()).toBe(1);
      expect(await texts(page, '.tile-grid .wrong')).toEqual(['202']);
      expect(await texts(page, '.tile-grid .right')).toEqual(['74']);
      expect(await texts(page, '.step b')).toEqual([
        'Challenge',
        'Opening',
        'Contradiction',
        'Bond returned',
        'Bounty released',
      ]);
    });
  }, 30_000);

  it('is gone through by keyboard: skip link, marks by arrow keys, a block by Enter, zoom by plus', async () => {
    await using(browser.open(data), async ({ page }) => {
      await page.waitForSelector('.timeline .cell');
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(
        'Skip to the content',
      );
      await page.keyboard.press('Enter');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
      const focused = () =>
        page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
      for (let tries = 0; tries < 30 && !(await focused()).startsWith('Block'); tries++) {
        await page.keyboard.press('Tab');
      }
      expect(await focused()).toMatch(/^Block 2, iris: iris registers digits-mlp/);
      await page.keyboard.press('ArrowRight');
      expect(await focused()).toMatch(/^Block 3, iris:/);
      await page.keyboard.press('ArrowDown');
      expect(await focused()).toMatch(/^Block 7, paul: paul asks “seven”/);
      const before = await page.locator('.timeline-scroll svg').getAttribute('width');
      await page.keyboard.press('+');
      await page.waitForFunction(
        (width) => document.querySelector('.timeline-scroll svg')?.getAttribute('width') !== width,
        before,
      );
      await page.keyboard.press('Enter');
      await page.waitForSelector('#focus h2');
      expect(new URL(page.url()).hash).toBe('#/block/7');
      expect(await texts(page, '#focus h2')).toEqual(['Block 7']);
    });
  }, 60_000);

  it('remembers the theme one chose', async () => {
    await using(browser.open(data), async ({ page }) => {
      await page.getByRole('button', { name: 'Use the dark theme' }).click();
      expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
      await page.getByRole('button', { name: 'Use the light theme' }).waitFor();
    });
  }, 30_000);

  it('opens a folder that is chosen, and result files', async () => {
    await using(browser.open({}), async ({ page, trouble }) => {
      await page.waitForSelector('.drop');
      expect(await accessibility(page)).toEqual([]);
      await page.locator('[data-testid=folder]').setInputFiles(DEMO);
      await page.waitForSelector('.timeline .cell');
      expect(await texts(page, 'h1')).toEqual(['demo']);
      expect(await page.locator('.notice').count()).toBe(0);
      await page.getByRole('button', { name: 'Open', exact: true }).click();
      await page.locator('[data-testid=files]').setInputFiles(`${BENCH}disputes.json`);
      await page.waitForSelector('[aria-label="Cost of disputes"]');
      expect(trouble).toEqual([]);
    });
  }, 60_000);
});

describe('records that are broken', () => {
  const noticeOf = async (record: EmbeddedFiles, place = '#/run'): Promise<string> => {
    let notice = '';
    await using(browser.open({ record }, place), async ({ page, trouble }) => {
      notice = (await page.locator('.notice').first().textContent()) ?? '';
      expect(trouble).toEqual([]);
    });
    return notice;
  };

  it('names the line where a file was cut off, and shows what comes before', async () => {
    const cut = withFile(demo, 'events.jsonl', (text) =>
      text.slice(0, Math.floor(text.length * 0.6)),
    );
    const lines = (cut.files['events.jsonl'] as { text: string }).text.split('\n').length;
    await using(browser.open({ record: cut }), async ({ page, trouble }) => {
      expect(await page.locator('.notice').textContent()).toContain(
        `events.jsonl:${lines} the JSON ends too early; was the file cut off? This last line is left out.`,
      );
      await page.waitForSelector('.timeline .cell');
      expect(await accessibility(page)).toEqual([]);
      expect(trouble).toEqual([]);
    });
  }, 60_000);

  it('names a file that is missing, that is not JSON, and that has another shape', async () => {
    expect(await noticeOf(withFile(demo, 'summary.json', undefined))).toContain(
      'summary.json missing: the run did not come to its end',
    );
    expect(await noticeOf(withFile(demo, 'blocks.jsonl', () => 'hello\n'))).toContain(
      'blocks.jsonl:1 this is not JSON',
    );
    expect(
      await noticeOf(
        withFile(demo, 'summary.json', (text) => text.replace(/"blocks": \d+/, '"blocks": "x"')),
      ),
    ).toContain('summary.json "blocks" is not what a record has there');
    expect(await noticeOf(withFile(demo, 'summary.json', (text) => text.slice(0, 500)))).toMatch(
      /summary\.json:\d+ the JSON ends too early/,
    );
  }, 120_000);

  it('says what a record of an earlier version lacks', async () => {
    const old = withFile(withFile(demo, 'disputes.json', undefined), 'accounts.json', undefined);
    await using(browser.open({ record: old }, '#/dispute'), async ({ page, trouble }) => {
      expect(await texts(page, '.empty h2')).toEqual(['This record does not tell how']);
      await page.goto(`${page.url().split('#')[0]}#/run`);
      await page.waitForSelector('.timeline .cell');
      expect(await texts(page, '.timeline-labels a')).toContain('mallory');
      expect(trouble).toEqual([]);
    });
  }, 60_000);
});

describe('a network', () => {
  it('is followed as it goes on, in both themes', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      node.head(10, 8);
      await using(
        browser.open({ endpoints: [node.url] }, '#/network', { colorScheme }),
        async ({ page, trouble }) => {
          await page.waitForSelector('[aria-label="Workers"] tbody tr');
          expect(await texts(page, '.stats dd')).toEqual(['10', '8', '2', '1', '1', '1']);
          expect(await texts(page, '[aria-label="Workers"] tbody td')).toEqual([
            '5D7F54tMhB…4Pzp',
            '1 accusation',
            '500',
            '20',
            '–',
            '–',
            '1',
            '5CAtcXNvc5…YYsP',
          ]);
          node.head(11, 9);
          await page.waitForFunction(
            () => document.querySelector('.stats dd')?.textContent === '11',
          );
          expect(await accessibility(page)).toEqual([]);
          // The address has a port that is another every time.
          await page.addStyleTag({
            content: '[aria-label="Nodes"] code, .endpoint input { visibility: hidden; }',
          });
          const screen = await compareScreen(page, `network-${colorScheme}`);
          expect(trouble).toEqual([]);
          expect(screen).toBeUndefined();
        },
      );
    }
  }, 120_000);

  it('says that a node was lost, and that an address is none', async () => {
    const short = await startStubNode(recordedAnswers());
    await using(browser.open({ endpoints: [short.url] }, '#/network'), async ({ page }) => {
      await page.waitForSelector('[aria-label="Workers"] tbody tr');
      await short.close();
      await page.waitForFunction(() =>
        /lost|trying again/.test(
          document.querySelector('[aria-label="Nodes"] tbody')?.textContent ?? '',
        ),
      );
      await page.getByLabel('Addresses of nodes').fill('http://here');
      await page.getByRole('button', { name: 'Follow' }).click();
      expect(await texts(page, '#endpoint-problem')).toEqual([
        'An address begins with ws:// or wss://; several are set apart by commas.',
      ]);
    });
  }, 60_000);
});

describe('a chain that is followed', () => {
  const kept = (page: Page, name: string) =>
    page.locator('.stat', { hasText: name }).locator('dd').first().textContent();

  const requestAt = async (page: Page, head: number, state: string) => {
    live.head(head, head - 2);
    await page.waitForFunction(
      (wanted) =>
        document.querySelector('[aria-label="Requests"] tbody td:nth-child(2)')?.textContent ===
        wanted,
      state,
    );
  };

  it('shows blocks and actors as they come, and a request from its escrow to its end', async () => {
    live.head(6, 4);
    await using(browser.open({ endpoints: [live.url] }, '#/run'), async ({ page, trouble }) => {
      await page.waitForSelector('.timeline .cell');
      expect(await texts(page, 'h1')).toEqual([recordedAnswers().answers.system_chain]);
      expect(await kept(page, 'blocks kept')).toBe('7');
      await requestAt(page, 7, 'waits for workers');
      await requestAt(page, 8, 'workers compute');
      await requestAt(page, 9, 'can be contradicted');
      await requestAt(page, 10, 'disputed');
      await requestAt(page, 12, 'waits for workers');
      await requestAt(page, 17, 'refunded');
      expect(await texts(page, '.timeline-labels a')).toEqual(
        expect.arrayContaining(['request 0', '5D7F54…4Pzp']),
      );
      await page
        .getByRole('group', { name: 'Requests' })
        .getByRole('link', { name: 'request 0' })
        .click();
      await page.waitForSelector('#focus .sankey');
      expect(new URL(page.url()).hash).toBe('#/request/0');
      expect(await page.getByRole('img', { name: 'the sums agree' }).count()).toBe(1);
      const life = (await texts(page, '#focus .life li')).join(' ');
      for (const part of ['asks request 0', 'is drawn for', 'answers', 'convicts', 'refunded']) {
        expect(life).toContain(part);
      }
      expect(await accessibility(page)).toEqual([]);
      expect(trouble).toEqual([]);
    });
  }, 60_000);

  it('opens at a request, an actor or a block that its address names, and says what is not kept', async () => {
    live.head(17, 15);
    for (const [place, title, said] of [
      ['#/request/0', 'Request 0', 'From escrow to payout'],
      [`#/actor/${encodeURIComponent('5D7F54…4Pzp')}`, '5D7F54…4Pzp', 'standing'],
      ['#/block/12', 'Block 12', 'convicts'],
      ['#/block/900', 'Block 900', 'Blocks 0 to 17 are kept here.'],
    ] as const) {
      await using(browser.open({ endpoints: [live.url] }, place), async ({ page, trouble }) => {
        await page.waitForFunction(
          (text) => document.querySelector('#focus')?.textContent?.includes(text),
          said,
        );
        expect(await texts(page, '#focus h2')).toEqual([title]);
        expect(trouble).toEqual([]);
      });
    }
  }, 60_000);

  for (const [name, options] of [
    ['live-light', { colorScheme: 'light' }],
    ['live-dark', { colorScheme: 'dark' }],
    ['live-phone', { viewport: PHONE }],
  ] as const) {
    it(`looks as it did: ${name}`, async () => {
      live.head(17, 15);
      await using(
        browser.open({ endpoints: [live.url] }, '#/request/0', options),
        async ({ page, trouble }) => {
          await page.waitForSelector('#focus .sankey');
          await page.waitForFunction(
            () =>
              document.querySelector('[aria-label="Requests"] tbody td:nth-child(4)')
                ?.textContent === 'digits',
          );
          // The address has a port that is another every time.
          await page.addStyleTag({ content: '.eyebrow span:last-child { visibility: hidden; }' });
          const screen = await compareScreen(page, name);
          const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          expect(over).toBeLessThanOrEqual(0);
          expect(await accessibility(page)).toEqual([]);
          expect(trouble).toEqual([]);
          expect(screen).toBeUndefined();
        },
      );
    }, 60_000);
  }

  it('says that the node was lost, keeps what it had, and reads what came meanwhile', async () => {
    const flaky = await startStubNode(recordedAnswers());
    flaky.head(8, 6);
    await using(browser.open({ endpoints: [flaky.url] }, '#/run'), async ({ page }) => {
      await page.waitForSelector('.timeline .cell');
      await flaky.cut();
      await page.getByRole('alert').filter({ hasText: 'The node does not answer' }).waitFor();
      expect(await kept(page, 'blocks kept')).toBe('9');
      flaky.head(17, 15);
      await flaky.mend();
      await page.waitForFunction(
        () =>
          document.querySelector('[aria-label="Requests"] tbody td:nth-child(2)')?.textContent ===
          'refunded',
      );
      expect(await page.getByRole('alert').count()).toBe(0);
      expect(await texts(page, '.eyebrow')).toEqual([
        `live${flaky.url}, lost and found again once`,
      ]);
      expect(await kept(page, 'blocks kept')).toBe('18');
      // One subscription to each kind of head, however often the connection came back.
      expect(flaky.subscriptions()).toBe(2);
    });
    await flaky.close();
  }, 60_000);

  it('keeps no more than it says, and stays at the newest block', async () => {
    live.head(17, 15);
    await using(browser.open({ endpoints: [live.url] }, '#/run'), async ({ page, trouble }) => {
      await page.waitForSelector('.timeline .cell');
      live.head(700, 690);
      await page.waitForFunction(() =>
        /Blocks 401 to 700 /.test(document.querySelector('.page-head')?.textContent ?? ''),
      );
      expect(await kept(page, 'blocks kept')).toBe('300');
      const left = await page
        .locator('.timeline-scroll')
        .evaluate((one) => one.scrollWidth - one.clientWidth - one.scrollLeft);
      expect(left).toBeLessThanOrEqual(1);
      expect(trouble).toEqual([]);
    });
  }, 60_000);

  it('is one of two things that the run can be of, where a record is open as well', async () => {
    live.head(17, 15);
    await using(
      browser.open({ record: demo, endpoints: [live.url] }, '#/run'),
      async ({ page }) => {
        await page.waitForSelector('.timeline .cell');
        expect(await texts(page, 'h1')).toEqual(['demo']);
        await page.getByRole('link', { name: 'The chain that is followed' }).click();
        await page.getByText('Blocks 0 to 17 of the best chain').waitFor();
        expect(await accessibility(page)).toEqual([]);
        await page.getByRole('link', { name: 'demo', exact: true }).click();
        await page.getByRole('heading', { name: 'Invariants' }).waitFor();
      },
    );
  }, 60_000);
});

describe('size and speed', () => {
  it('is under 200 KB gzipped without data', async () => {
    const size = gzipSync(await builtPage(), { level: 9 }).length;
    console.log(`the page: ${size} bytes gzipped`);
    expect(size).toBeLessThan(200_000);
  });

  it('opens a record of a thousand blocks, and says how long it took', async () => {
    await using(browser.open({ record: longRecord(demo, 1000) }), async ({ page, trouble }) => {
      await page.waitForSelector('.timeline .cell');
      const time = await page.evaluate(() => performance.now());
      console.log(`a record of 1000 blocks was open after ${Math.round(time)} ms`);
      expect(await texts(page, '.stats dd')).toEqual([
        '1 008',
        '126',
        '2',
        '28VTR',
        '600',
        '31 of 31',
      ]);
      // What is out of sight is not drawn.
      expect(await page.locator('.timeline .cell').count()).toBeLessThan(4000);
      expect(trouble).toEqual([]);
    });
  }, 60_000);
});
