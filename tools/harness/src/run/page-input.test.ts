import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { BadInput } from '../models/input.ts';
import type { Model } from '../models/model.ts';
import type { OcrReader } from '../models/ocr.ts';
import type { Chronicle, RequestTale } from './chronicle.ts';
import type { Asked } from './happened.ts';
import { readPageInput } from './page-input.ts';
import { StoryStopped } from './stage.ts';

const folder = fileURLToPath(new URL('../../../../scenarios/inputs/pages/', import.meta.url));
const page = 'business-card.png';

const lineOf = (
  width: number,
): ReturnType<Extract<OcrReader, { kind: 'detector' }>['lines']>[number] => ({
  quad: [
    [0, 0],
    [width, 0],
    [width, 1],
    [0, 1],
  ],
  picture: { width, height: 1, data: new Uint8Array(3 * width) },
});

/** As many lines, each a pixel wider than the one before, as the answer's first byte says. */
const detector: OcrReader = {
  kind: 'detector',
  input: ({ width }) => Uint8Array.of(width % 256),
  lines: (_page, [count = 0]) => Array.from({ length: count }, (_, index) => lineOf(index + 1)),
};
const recogniser: OcrReader = {
  kind: 'recogniser',
  input: ({ picture }) => Uint8Array.of(picture.width),
  text: () => 'text',
};
const finder = { name: 'finder', reader: detector };
const reader = { name: 'reader', reader: recogniser };

const happened = {
  asked: new Map([
    ['find', { id: 1n, model: finder as Model } as Asked],
    ['lost', { id: undefined, model: finder as Model } as Asked],
    ['other', { id: 1n, model: { name: 'digits' } as Model } as Asked],
  ]),
};

const stage = (claims: { outputs: string[] | undefined; struck: boolean }[]) => ({
  folder,
  onProgress: () => undefined,
  chronicle: {
    request: (id: bigint) => (id === 1n ? ({ claims } as unknown as RequestTale) : undefined),
  } as Chronicle,
});

const line = (of: string, index: number) => ({ page, line: { of, index } });
/** A liar's answer that was struck, and the one that stands. */
const answered = stage([
  { outputs: ['0x09'], struck: true },
  { outputs: ['0x02'], struck: false },
]);

describe('readPageInput', () => {
  it('gives a detector the page', async () => {
    expect(await readPageInput(answered, happened, { page }, finder)).toHaveLength(1);
  });

  it('gives a recogniser the line that the standing answer shows', async () => {
    expect(await readPageInput(answered, happened, line('find', 1), reader)).toEqual(
      Uint8Array.of(2),
    );
  });

  it('names a line that the standing answer does not show', async () => {
    const asked = readPageInput(answered, happened, line('find', 2), reader);
    await expect(asked).rejects.toThrow(
      'the answer to "find" shows 2 lines on business-card.png; there is no line 2, counted from zero',
    );
    await expect(asked).rejects.toBeInstanceOf(BadInput);
  });

  it.each([
    ['none was given', stage([{ outputs: undefined, struck: false }]), 'find'],
    ['all were struck', stage([{ outputs: ['0x02'], struck: true }]), 'find'],
    ['the request is not there', answered, 'lost'],
  ])('stops the story where no answer stands since %s', async (_why, at, of) => {
    const asked = readPageInput(at, happened, line(of, 0), reader);
    await expect(asked).rejects.toThrow(/has no answer that stands.*await it first/);
    await expect(asked).rejects.toBeInstanceOf(StoryStopped);
  });

  it('refuses models that are not meant for it', async () => {
    await expect(readPageInput(answered, happened, { page }, reader)).rejects.toThrow(
      '"reader" is no detector',
    );
    await expect(readPageInput(answered, happened, line('other', 0), reader)).rejects.toThrow(
      '"digits" is no detector',
    );
    await expect(readPageInput(answered, happened, line('find', 0), finder)).rejects.toThrow(
      '"finder" is no recogniser',
    );
  });
});
