/** A process that computes badly, in the way that the first byte of its input names: see `child-engine.test.ts`. */
import type { FromEngine, ToEngine } from '../child-engine/messages.ts';

const say = (message: FromEngine): void => {
  process.send?.(message);
};

const kept: Uint8Array[] = [];

process.once('disconnect', () => process.exit());
process.on('message', (message: ToEngine) => {
  if (message.type === 'load') {
    say({ type: 'loaded' });
    return;
  }
  const { run, inputs } = message;
  switch (inputs[0]?.[0]) {
    case 1:
      // Outside of the heap of the language, as a runtime for models does.
      for (;;) kept.push(Buffer.alloc(16 << 20, 1));
    case 2:
      for (;;);
    case 3:
      process.abort();
      break;
    case 4:
      say({ type: 'result', run, outputs: [Buffer.from(JSON.stringify(process.env))] });
      break;
    case 5:
      say({ type: 'result', run: run + 1, outputs: [] });
      break;
    default:
      say({ type: 'result', run, outputs: [Uint8Array.of(process.pid & 0xff), ...inputs] });
  }
});
