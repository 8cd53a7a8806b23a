// Asks a runtime for its metadata, without a node.

/**
 * Metadata of a runtime: the SCALE bytes that `Metadata_metadata` returns.
 * @param {Uint8Array} code the wasm, compressed or not
 */
export const metadataOf = async (code) => {
  const { destroyWorker, runTask } = await import('@acala-network/chopsticks-core');
  const nothing = async () => undefined;
  const response = await runTask(
    {
      wasm: `0x${Buffer.from(code).toString('hex')}`,
      calls: [['Metadata_metadata', []]],
      mockSignatureHost: false,
      allowUnresolvedImports: false,
      runtimeLogLevel: 0,
    },
    {
      getStorage: nothing,
      getNextKey: nothing,
      offchainGetStorage: nothing,
      offchainTimestamp: nothing,
      offchainRandomSeed: nothing,
      offchainSubmitTransaction: nothing,
    },
  );
  await destroyWorker();
  if ('Error' in response) throw new Error(`the runtime gives no metadata: ${response.Error}`);
  return Buffer.from(response.Call.result.slice(2), 'hex');
};
