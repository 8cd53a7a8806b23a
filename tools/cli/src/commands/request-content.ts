/** Whether stores have what an open request leaves to them: inputs that are not on chain, outputs larger than a claim. */
import type { Referee } from '@veritrace/referee';
import {
  type ContentStore,
  getClaims,
  getLargeOutput,
  getRequest,
  getTrace,
  type HeadRef,
  type Hex,
  largeOutputsOf,
  maxOutputBytes,
  type RequestLife,
  tensorBytes,
  type VeritraceClient,
} from '@veritrace/sdk';

export interface RequestContent {
  inputs: { index: number; root: Hex; isThere: boolean }[];
  outputs: { worker: string; index: number; root: Hex; isThere: boolean }[];
}

/** Asks the store for everything that the request, as it is at a head, has not on chain. */
export const contentOfRequest = async (
  client: VeritraceClient,
  life: RequestLife,
  head: HeadRef,
  { store, referee, signal }: { store: ContentStore; referee: Referee; signal?: AbortSignal },
): Promise<RequestContent> => {
  const inputs: RequestContent['inputs'] = [];
  for (const [index, { root, spec, isPublished }] of life.inputs.entries()) {
    if (isPublished) continue;
    const content = await store.get({ kind: 'tensor', digest: root, spec }, signal);
    inputs.push({ index, root, isThere: content !== undefined });
  }
  const outputs: RequestContent['outputs'] = [];
  const most = maxOutputBytes(client);
  const request = await getRequest(client, life.request, head.hash);
  if (request?.terms.outputs.some(({ spec }) => tensorBytes(spec) > most) !== true) {
    return { inputs, outputs };
  }
  for (const claim of await getClaims(client, head.hash, life.request)) {
    const trace = await getTrace(client, claim, head, referee, request.terms);
    for (const output of largeOutputsOf(client, request, trace, claim)) {
      const content = await getLargeOutput(store, output, signal);
      const { index, root } = output;
      outputs.push({ worker: claim.worker, index, root, isThere: content !== undefined });
    }
  }
  return { inputs, outputs };
};

const short = (hex: string): string => `${hex.slice(0, 12)}…`;

/** As lines, one for each; none when everything is on chain. */
export const contentInWords = ({ inputs, outputs }: RequestContent): string[] => {
  const said = (isThere: boolean): string =>
    isThere ? 'the stores have it' : 'the stores have it not';
  return [
    ...inputs.map(
      ({ index, root, isThere }) => `  input ${index}  ${short(root)}: ${said(isThere)}`,
    ),
    ...outputs.map(
      ({ worker, index, root, isThere }) =>
        `  output ${index} ${short(root)} of ${worker}: ${said(isThere)}`,
    ),
  ];
};
