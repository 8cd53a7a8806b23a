import { describe, expect, it } from 'vitest';
import { decodeCard, encodeCard } from './card.ts';

describe('cards', () => {
  it('come back as they were written', () => {
    const card = {
      name: '0x12 is a name too',
      licence: 'Apache-2.0',
      task: 'Ziffern, größer als null',
      inputs: '数字',
      outputs: '',
      artefactUri: 'https://models.example/graph.bin',
    };
    expect(decodeCard(encodeCard(card))).toEqual(card);
  });

  it('need no more than a name', () => {
    expect(decodeCard(encodeCard({ name: 'digits' }))).toEqual({
      name: 'digits',
      licence: '',
      task: '',
      inputs: '',
      outputs: '',
      artefactUri: '',
    });
  });

  it('are measured in bytes', () => {
    expect(() => encodeCard({ name: 'ü'.repeat(32) })).not.toThrow();
    expect(() => encodeCard({ name: 'ü'.repeat(33) })).toThrow(/name has 66 bytes, and 64/);
    expect(() => encodeCard({ name: 'a', artefactUri: 'x'.repeat(257) })).toThrow(/artefactUri/);
  });
});
