/** A real Chromium with the page in it. */
import { accessSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { builtPage, type Embedded, renderPage } from '../node/index.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

const exists = (file: string): boolean => {
  try {
    accessSync(file);
    return true;
  } catch {
    return false;
  }
};

/** Playwright's own browser where it is installed, else the system's. Throws what to do where there is none. */
export const findChromium = (): string => {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = [
    chromium.executablePath(),
    ...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))),
  ].find(exists);
  if (found === undefined) {
    throw new Error(
      'no browser: run `npx playwright-core install chromium`, or install Chromium with the system',
    );
  }
  return found;
};

/** A page that is looked at, and what went wrong in it. */
export interface Sight {
  page: Page;
  /** Errors of the page and of its console, and whatever it asked of the network. */
  trouble: string[];
  close(): Promise<void>;
}

export interface Visit {
  context?: BrowserContextOptions;
  /** It may ask for what begins with one of these; whatever else it asks for is trouble. */
  mayAsk?: readonly string[];
  /** Done to the page while it is still empty. */
  before?(page: Page): Promise<void>;
}

export interface BrowserTest {
  /** Of the browser. */
  version: string;
  /** Opens a page at an address. */
  visit(url: string, visit?: Visit): Promise<Sight>;
  /** Opens the page from a file, with data inside, at a place. It may follow the nodes that are named in it. */
  open(data: Embedded, place?: string, options?: BrowserContextOptions): Promise<Sight>;
  /** Where a page with data lies as a file. */
  write(data: Embedded): Promise<string>;
  close(): Promise<void>;
}

export const SCREEN = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

/** Starts the browser and builds the page. */
export const startBrowser = async (): Promise<BrowserTest> => {
  const folder = await mkdtemp(join(tmpdir(), 'veritrace-page-'));
  const built = await builtPage();
  const browser: Browser = await chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--force-color-profile=srgb', '--font-render-hinting=none'],
  });
  let written = 0;
  const write = async (data: Embedded): Promise<string> => {
    written += 1;
    const file = join(folder, `page-${written}.html`);
    await writeFile(file, renderPage(built, data));
    return pathToFileURL(file).href;
  };
  const visit: BrowserTest['visit'] = async (
    url,
    { context: options, mayAsk = [], before } = {},
  ) => {
    const context = await browser.newContext({
      viewport: SCREEN,
      colorScheme: 'light',
      reducedMotion: 'reduce',
      locale: 'en-GB',
      timezoneId: 'UTC',
      ...options,
    });
    const page = await context.newPage();
    const trouble: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') trouble.push(message.text());
    });
    page.on('pageerror', (error) => trouble.push(error.message));
    page.on('request', (request) => {
      const address = request.url();
      if (!/^(file|data|blob):/.test(address) && !mayAsk.some((one) => address.startsWith(one))) {
        trouble.push(`asked for ${address}`);
      }
    });
    await before?.(page);
    await page.goto(url);
    await page.waitForSelector('main');
    return { page, trouble, close: () => context.close() };
  };
  return {
    version: browser.version(),
    visit,
    write,
    open: async (data, place = '', options = {}) =>
      visit(`${await write(data)}${place}`, { context: options, mayAsk: data.endpoints ?? [] }),
    close: async () => {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** What axe finds, in words; nothing where it is clean. */
export const accessibility = async (page: Page): Promise<string[]> => {
  // What the bar covers for now is no smaller for it.
  await page.evaluate(() => scrollTo(0, 0));
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(async () =>
    (window as unknown as { axe: typeof axe }).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes
      .slice(0, 4)
      .map(
        ({ html, failureSummary }) =>
          `${id}: ${help}: ${html.slice(0, 160)} ${failureSummary ?? ''}`,
      ),
  );
};
