/** An input as a picture, where it is a small square of bytes. */
import { useEffect, useRef } from 'preact/hooks';
import type { ModelEntry } from '../record/record.ts';

export const InputPicture = ({
  bytes,
  model,
  request,
  large = false,
}: {
  bytes: Uint8Array | undefined;
  model: ModelEntry | undefined;
  request: string;
  large?: boolean;
}) => {
  const canvas = useRef<HTMLCanvasElement>(null);
  const port = model?.manifest?.inputs[0];
  const shape = port?.spec.shape ?? [];
  const [height, width] =
    shape.length >= 4
      ? [shape.at(-2) ?? 0, shape.at(-1) ?? 0]
      : [0, 0].map(() => Math.sqrt(bytes?.length ?? 0));
  const channels = shape.length === 4 ? (shape[1] ?? 1) : 1;
  const isPicture =
    bytes !== undefined &&
    port?.spec.dtype === 'U8' &&
    Number.isInteger(width) &&
    (height ?? 0) > 1 &&
    bytes.length === (height ?? 0) * (width ?? 0) * channels &&
    (channels === 1 || channels === 3);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!isPicture || context === null || context === undefined || bytes === undefined) return;
    const { scale = 1 / 255, zero = 0 } = port?.quantisation ?? {};
    const plane = (height ?? 0) * (width ?? 0);
    const image = context.createImageData(width ?? 1, height ?? 1);
    // Inputs of photographs are centred: their range is brought to that of a screen.
    const real = (value: number) => (value - zero) * scale;
    const [least, most] = zero > 0 ? [real(0), real(255)] : [0, 1];
    for (let at = 0; at < plane; at++) {
      for (let channel = 0; channel < 3; channel++) {
        const value = real(bytes[at + (channels === 3 ? channel : 0) * plane] ?? 0);
        image.data[at * 4 + channel] = Math.round(
          255 * Math.min(1, Math.max(0, (value - least) / (most - least))),
        );
      }
      image.data[at * 4 + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  });
  if (!isPicture) return null;
  return (
    <canvas
      ref={canvas}
      class={large ? 'thumb large' : 'thumb'}
      width={width}
      height={height}
      role="img"
      aria-label={`Input of ${request}`}
    />
  );
};
