/**
 * The page in a real browser, following the nodes of a network while scenarios play on it. What it shows as text is compared
 * with what the chain itself says.
 */
import { builtPage, renderPage, type Served, servePage } from '@veritrace/dashboard';
import {
  accessibility,
  type BrowserTest,
  type Sight,
  startBrowser,
} from '@veritrace/dashboard/testing';
import type { RunningNetwork } from '@veritrace/harness';
import { connect, getWorkers, type HeadRef, type VeritraceClient } from '@veritrace/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { about, type FinalChain, followFinal } from './final-chain.ts';
import { createQuestions, developmentKey, type Questions } from './questions.ts';

/** Blocks in which what is awaited must come. */
const PATIENCE = 120;
/** The page gets its blocks from nodes that have them: how long it may take to show one, in milliseconds. */
const SHOWN_WITHIN = 60_000;
const UNIT = 10n ** 12n;

/** `12 345` with whatever space stands between. */
const numberIn = (text: string | null): number => Number((text ?? '').replace(/\D/g, ''));

export const dashboardFollows = (shared: () => RunningNetwork): void => {
  describe('the page, while scenarios play', () => {
    let client: VeritraceClient;
    let chain: FinalChain;
    let questions: Questions;
    let served: Served;
    let browser: BrowserTest;
    let sight: Sight;
    let endpoints: string[];

    beforeAll(async () => {
      const network = shared();
      client = await connect(network.node('alice').ws);
      chain = followFinal(client);
      questions = await createQuestions(network, client, developmentKey('Dave'), 'digits-mlp');
      endpoints = network.nodes().map(({ ws }) => ws);
      // Alice first: workers and blocks are read from the node that is named first.
      endpoints.sort((one, other) =>
        one === network.node('alice').ws ? -1 : other === network.node('alice').ws ? 1 : 0,
      );
      served = await servePage(async () => renderPage(await builtPage(), { endpoints }), 0);
      browser = await startBrowser();
      sight = await open('#/network');
    });
    afterAll(async () => {
      await sight?.close();
      await browser?.close();
      await served?.close();
      questions?.free();
      await client?.disconnect();
    });

    /** Nodes take connections of pages that a server of this machine gave out, and not of files. */
    const open = (place: string): Promise<Sight> =>
      browser.visit(`${served.url}${place}`, { mayAsk: [served.url, ...endpoints] });

    const cell = (ws: string, column: number) =>
      sight.page
        .locator('[aria-label="Nodes"] tbody tr', {
          has: sight.page.getByText(ws, { exact: true }),
        })
        .locator(`td:nth-child(${column})`);
    const stat = (name: string) =>
      sight.page
        .locator('.stat', { has: sight.page.getByText(name, { exact: true }) })
        .locator('dd');

    const reached = (finality: 'best' | 'finalized', number: number): Promise<HeadRef> =>
      client.heads.waitFor<HeadRef>({
        what: `${finality} block ${number} of the chain`,
        blocks: PATIENCE,
        finality,
        look: (head) =>
          head.number >= number ? { found: head } : { seen: `${finality} block ${head.number}` },
      });

    /** Until the page shows that number at least; the number it shows then. */
    const shown = async (name: string, least: number): Promise<number> => {
      await sight.page.waitForFunction(
        ([title, wanted]) =>
          [...document.querySelectorAll('.stat')].some(
            (one) =>
              one.querySelector('dt')?.textContent === title &&
              Number((one.querySelector('dd')?.textContent ?? '').replace(/\D/g, '')) >= wanted,
          ),
        [name, least] as const,
        { timeout: SHOWN_WITHIN },
      );
      return numberIn(await stat(name).textContent());
    };

    it('lists every node, connected and with its peers', async () => {
      const nodes = shared().nodes();
      for (const { ws } of nodes) {
        await cell(ws, 2).getByText('connected').waitFor({ timeout: SHOWN_WITHIN });
      }
      expect(await sight.page.locator('[aria-label="Nodes"] tbody tr').count()).toBe(nodes.length);
      for (const { ws } of nodes) {
        expect(numberIn(await cell(ws, 4).textContent()), ws).toBeGreaterThan(0);
      }
      const { peers } = await client.api.rpc.system.health();
      await cell(shared().node('alice').ws, 4)
        .getByText(String(peers), { exact: true })
        .waitFor({ timeout: SHOWN_WITHIN });
    });

    it('shows best and finalized blocks that the chain has, and goes on with it', async () => {
      for (const finality of ['best', 'finalized'] as const) {
        const before = await shown(`${finality} block`, 1);
        // Not ahead of the chain…
        await reached(finality, before);
        const { number } = await reached(finality, before + 3);
        // …and not behind.
        expect(await shown(`${finality} block`, number)).toBeGreaterThanOrEqual(before + 3);
      }
      expect(numberIn(await stat('best block').textContent())).toBeGreaterThanOrEqual(
        numberIn(await stat('finalized block').textContent()),
      );
    });

    it('shows the network’s workers with the stake that the chain has of them, and their standing', async () => {
      const { hash } = client.heads.current('best');
      const onChain = await getWorkers(client, hash);
      for (const { name, account } of shared().workers()) {
        const address = client.address(account);
        const known = onChain.find((one) => one.account === address);
        if (known === undefined) throw new Error(`the chain has no worker ${name}`);
        const row = sight.page.locator('[aria-label="Workers"] tbody tr', {
          has: sight.page.locator(`code[title="${address}"]`),
        });
        await row.waitFor({ timeout: SHOWN_WITHIN });
        expect(await row.locator('td:nth-child(2)').textContent(), name).toBe('can be drawn');
        expect(numberIn(await row.locator('td:nth-child(3)').textContent()), name).toBe(
          Number(known.stake / UNIT),
        );
      }
    });

    it('has nothing on the network view for axe to find', async () => {
      expect(await accessibility(sight.page)).toEqual([]);
    });

    it('shows a request from when it is asked until it is settled, at an address of its own', async () => {
      const { page } = sight;
      await page.getByRole('link', { name: 'Run', exact: true }).click();
      await page.locator('.timeline .cell').first().waitFor({ timeout: SHOWN_WITHIN });

      const question = await questions.ask(5, 1);
      const id = String(question.request);
      const row = page.locator('[aria-label="Requests"] tbody tr', {
        has: page.getByRole('link', { name: `request ${id}`, exact: true }),
      });
      const state = row.locator('td:nth-child(2)');
      await state
        .getByText(/^(waits for workers|workers compute|can be contradicted)$/)
        .waitFor({ timeout: SHOWN_WITHIN });

      const { event } = await chain.until(
        `request ${id} to be settled`,
        about('inference.Settled', question.request),
        PATIENCE,
      );
      if (event.type !== 'inference.Settled') throw new Error('another event was found');
      await state.getByText('settled', { exact: true }).waitFor({ timeout: SHOWN_WITHIN });
      expect(
        await row.locator('td:nth-child(7) [title]').getAttribute('title'),
        'what was paid, in smallest units behind the point',
      ).toBe(`${Number(event.paid) / Number(UNIT)} VTR`);

      await row.getByRole('link', { name: `request ${id}`, exact: true }).click();
      const panel = page.locator('#focus');
      await panel.getByRole('heading', { name: `Request ${id}`, exact: true }).waitFor();
      expect(new URL(page.url()).hash).toBe(`#/request/${id}`);
      await page.locator('.timeline-labels').getByText(`request ${id}`, { exact: true }).waitFor();
      const life = await panel.locator('.life li').allTextContents();
      for (const part of [`asks request ${id}`, 'drawn for', 'answers', 'is settled']) {
        expect(
          life.filter((line) => line.includes(part)),
          `“${part}” among ${life.join(' / ')}`,
        ).not.toEqual([]);
      }
      expect(await panel.getByRole('img', { name: 'the sums agree' }).count()).toBe(1);
      expect(await accessibility(page)).toEqual([]);

      const again = await open(`#/request/${id}`);
      try {
        await again.page
          .locator('#focus .life')
          .getByText(`request ${id} is settled`)
          .waitFor({ timeout: SHOWN_WITHIN });
        expect(again.trouble).toEqual([]);
      } finally {
        await again.close();
      }
    });

    it('had nothing to complain of', () => {
      expect(sight.trouble).toEqual([]);
    });
  });
};
