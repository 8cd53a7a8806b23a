import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { CHAIN_ERRORS, CHAIN_EVENTS } from './chain-names.ts';
import { namesOfRuntime } from './names-of-runtime.ts';

const released = fileURLToPath(
  new URL('../../../../runtime/release/veritrace_runtime.compact.compressed.wasm', import.meta.url),
);

it('the names that scenarios are checked by are those of the released runtime (npm run schema -w @veritrace/harness writes them)', async () => {
  const names = await namesOfRuntime(new Uint8Array(await readFile(released)));
  expect(names).toEqual({ events: [...CHAIN_EVENTS], errors: [...CHAIN_ERRORS] });
  expect(names.events).toContain('disputes.ClaimConvicted');
  expect(names.errors).toContain('token.FundsUnavailable');
});
