import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DATA_ID, readEmbedded } from '../page/data.ts';
import { renderPage } from './render.ts';
import { servePage } from './serve.ts';

const PAGE = '<html><head><!--veritrace-data--></head><body></body></html>';

const inside = (html: string): string =>
  /<script type="application\/json" id="([^"]+)">(.*?)<\/script>/s.exec(html)?.[2] ?? '';

describe('data in a page', () => {
  it('comes out as it went in, and never ends its element', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (name, text) => {
        const nasty = `${text}</script><script>alert(1)</script><!--`;
        const html = renderPage(PAGE, { record: { name, files: { 'a.json': { text: nasty } } } });
        expect(html.split('</script>')).toHaveLength(2);
        expect(html).toContain(`id="${DATA_ID}"`);
        expect(readEmbedded(inside(html)).record?.files.get('a.json')).toBe(nasty);
      }),
    );
  });

  it('keeps bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const base64 = Buffer.from(bytes).toString('base64');
        const html = renderPage(PAGE, {
          record: { name: 'r', files: { 'inputs/a.bin': { base64 } } },
        });
        expect(readEmbedded(inside(html)).record?.files.get('inputs/a.bin')).toEqual(bytes);
      }),
    );
  });

  it('has to have its place', () => {
    expect(() => renderPage('<html></html>', {})).toThrow(/build it again/);
  });
});

describe('the page that is served', () => {
  it('is given to this machine alone, at one address, by its own name', async () => {
    let asked = 0;
    const served = await servePage(async () => `page ${++asked}`, 0);
    try {
      expect(served.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
      const first = await fetch(served.url);
      expect(await first.text()).toBe('page 1');
      expect(first.headers.get('cache-control')).toBe('no-store');
      expect(await (await fetch(served.url)).text()).toBe('page 2');
      expect((await fetch(`${served.url}summary.json`)).status).toBe(404);
      expect((await fetch(served.url, { method: 'POST' })).status).toBe(404);
      const { request } = await import('node:http');
      const foreign = await new Promise<number | undefined>((done, fail) => {
        request(served.url, { headers: { host: 'evil.example' } }, ({ statusCode }) =>
          done(statusCode),
        )
          .on('error', fail)
          .end();
      });
      expect(foreign).toBe(403);
    } finally {
      await served.close();
    }
  });
});
