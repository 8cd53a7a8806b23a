/** A process that makes the first block of an embedded chain, and says when. */
const began = performance.now();
const { createEmbeddedDriver, endEmbedded } = await import('@veritrace/harness');
const imported = performance.now();
const network = await createEmbeddedDriver().start({
  preset: 'development',
  patch: {},
  balances: new Map(),
});
const started = performance.now();
const { taken } = await network.advance(network.origin.state.block);
const made = performance.now();
process.send?.({
  block: taken.content.number,
  importMs: imported - began,
  startMs: started - imported,
  blockMs: made - started,
});
await network.stop();
await endEmbedded();
process.disconnect?.();
