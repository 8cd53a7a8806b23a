import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import {
  blank,
  decodePicture,
  encodePictureJpeg,
  encodePicturePng,
  type Picture,
} from './picture.ts';

/** A small picture in which no two pixels are equal. */
const gradient = (): Picture => {
  const picture = blank(7, 5, [0, 0, 0]);
  picture.data.forEach((_, index) => {
    picture.data[index] = (index * 37) % 256;
  });
  return picture;
};

describe('PNG', () => {
  it('keeps every pixel', () => {
    expect(decodePicture(encodePicturePng(gradient()))).toEqual(gradient());
  });

  it('has one channel for a grey picture, and decodes to three', () => {
    const grey = blank(4, 3, [90, 90, 90]);
    const bytes = encodePicturePng(grey);
    // Colour type 0 is grey.
    expect(bytes[25]).toBe(0);
    expect(decodePicture(bytes)).toEqual(grey);
  });

  it('lays transparent pixels on white', () => {
    const bytes = encode({
      width: 2,
      height: 1,
      channels: 4,
      data: new Uint8Array([10, 20, 30, 255, 10, 20, 30, 0]),
    });
    expect([...decodePicture(bytes).data]).toEqual([10, 20, 30, 255, 255, 255]);
  });

  it('takes the upper byte of 16-bit channels', () => {
    const bytes = encode({
      width: 2,
      height: 1,
      channels: 1,
      depth: 16,
      data: new Uint16Array([0x1234, 0xffff]),
    });
    expect([...decodePicture(bytes).data]).toEqual([0x12, 0x12, 0x12, 255, 255, 255]);
  });

  it('spreads one-bit greys over all levels, rows padded to bytes', () => {
    const bytes = encode({
      width: 3,
      height: 2,
      channels: 1,
      depth: 1,
      data: new Uint8Array([0b10100000, 0b01000000]),
    });
    const greys = [...decodePicture(bytes).data].filter((_, index) => index % 3 === 0);
    expect(greys).toEqual([255, 0, 255, 0, 255, 0]);
  });
});

describe('JPEG', () => {
  it('keeps a plain picture within a few levels', () => {
    const plain = blank(16, 16, [200, 120, 40]);
    const decoded = decodePicture(encodePictureJpeg(plain, 90));
    expect([decoded.width, decoded.height]).toEqual([16, 16]);
    decoded.data.forEach((value, index) => {
      expect(Math.abs(value - (plain.data[index] ?? 0))).toBeLessThanOrEqual(4);
    });
  });
});

describe('what is no picture', () => {
  const png = encodePicturePng(gradient());

  it.each([
    ['nothing', new Uint8Array()],
    ['text', new TextEncoder().encode('not a picture')],
    ['a PNG that ends in its header', png.slice(0, 20)],
    ['a PNG that ends in its pixels', png.slice(0, png.length - 20)],
    ['a JPEG that ends in its pixels', encodePictureJpeg(gradient(), 80).slice(0, 300)],
  ])('refuses %s', (_, bytes) => {
    expect(() => decodePicture(bytes)).toThrow(
      expect.objectContaining({ code: 'invalid-picture' }),
    );
  });

  it('refuses a PNG that says it is huge, before inflating it', () => {
    const huge = png.slice();
    new DataView(huge.buffer).setUint32(16, 100_000);
    new DataView(huge.buffer).setUint32(20, 100_000);
    expect(() => decodePicture(huge)).toThrow(/100000×100000/);
  });
});
