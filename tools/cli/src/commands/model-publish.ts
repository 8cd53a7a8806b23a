/** `veritrace model publish`: a compiled model's graph in stores, by the hash that is registered on chain. */
import { readCompiled } from '@veritrace/compiler';
import { createReferee } from '@veritrace/referee';
import { blobAddress } from '@veritrace/sdk';
import type { Output } from '../output.ts';
import { contentOf } from './content.ts';

/** Keeps a compiled model's graph in folders. Returns its SHA-256, which is the artefact of its registration. */
export const keepGraph = async (
  dir: string,
  places: string[],
  output: Output,
): Promise<{ name: string; artefact: `0x${string}`; graphRoot: `0x${string}`; bytes: number }> => {
  const { manifest, graphBin } = await readCompiled(dir);
  const address = blobAddress(graphBin);
  await contentOf({ store: places }, createReferee(), output).put(address, graphBin);
  return {
    name: manifest.name,
    artefact: address.digest,
    graphRoot: `0x${manifest.graphRoot}`,
    bytes: graphBin.length,
  };
};

/** Puts the graph of a compiled model where workers get it who name the model by its id. */
export const modelPublish = async (
  dir: string,
  { places }: { places: string[] },
  output: Output,
): Promise<boolean> => {
  const kept = await keepGraph(dir, places, output);
  output.result(
    { ...kept, stores: places },
    () => `${kept.name}: ${kept.bytes} bytes in ${places.join(', ')}\nartefact ${kept.artefact}`,
  );
  return true;
};
