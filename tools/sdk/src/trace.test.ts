import { describe, expect, it } from 'vitest';
import { type Trace, traceArgument, traceFromPlain } from './trace.ts';

const digest = (byte: number) => new Uint8Array(32).fill(byte);
const hex = (byte: number) => `0x${byte.toString(16).padStart(2, '0').repeat(32)}` as const;

describe('a trace in a call', () => {
  it('is read as it is written, leaves or pages', () => {
    const leaves: Trace = { type: 'Leaves', leaves: [digest(1), digest(2)] };
    expect(traceArgument(leaves)).toEqual({ Leaves: [hex(1), hex(2)] });
    expect(traceFromPlain({ type: 'Leaves', value: [hex(1), hex(2)] })).toEqual(leaves);
    const pages: Trace = { type: 'Pages', pages: [digest(3)], outputs: [[digest(4)]] };
    expect(traceArgument(pages)).toEqual({ Pages: { pages: [hex(3)], outputs: [[hex(4)]] } });
    expect(traceFromPlain({ type: 'Pages', pages: [hex(3)], outputs: [[hex(4)]] })).toEqual(pages);
  });

  it('is leaves where the runtime knew nothing else', () => {
    expect(traceFromPlain([hex(1), hex(2)])).toEqual({
      type: 'Leaves',
      leaves: [digest(1), digest(2)],
    });
    expect(traceFromPlain([])).toEqual({ type: 'Leaves', leaves: [] });
  });
});
