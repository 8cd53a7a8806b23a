#!/usr/bin/env node
// Stands for the node where processes are tested, not the chain: it exports a chain spec, answers the calls by which
// readiness is seen, has metrics, and "finalizes" a block a second. With the argument --log=fail it fails.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const args = process.argv.slice(2);
const value = (flag) =>
  args.find((arg) => arg.startsWith(`${flag}=`))?.slice(flag.length + 1) ??
  (args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined);

if (args[0] === 'export-chain-spec') {
  const chain = value('--chain');
  const spec = chain.endsWith('.json')
    ? JSON.parse(readFileSync(chain, 'utf8'))
    : { name: chain, id: chain, protocolId: 'stub', bootNodes: [] };
  spec.genesis = args.includes('--raw')
    ? { raw: { top: { '0x00': '0x00' } } }
    : { runtimeGenesis: { patch: { session: { keys: [] }, balances: { balances: [] } } } };
  process.stdout.write(`${JSON.stringify(spec, null, 2)}\n`);
} else {
  const name = value('--name');
  console.log(`stub node ${name}, process ${process.pid}`);
  console.log(`argv ${JSON.stringify(args)}`);
  if (args.includes('--log=fail')) {
    console.error('stub: told to fail');
    process.exit(3);
  }
  const began = Date.now();
  const height = () => Math.floor((Date.now() - began) / 1000) + 2;
  const alone = args.includes('--reserved-only');
  const answers = {
    system_health: () => ({ peers: alone ? 0 : 3, isSyncing: false, shouldHavePeers: true }),
    chain_getHeader: ([hash]) => ({
      number: `0x${(height() - (hash === undefined ? 0 : 2)).toString(16)}`,
    }),
    chain_getFinalizedHead: () => `0x${'11'.repeat(32)}`,
    chain_getBlockHash: () => `0x${'00'.repeat(32)}`,
  };
  createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const { id, method, params } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      const answer = answers[method];
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify(
          answer === undefined
            ? { jsonrpc: '2.0', id, error: { code: -32601, message: 'Method not found' } }
            : { jsonrpc: '2.0', id, result: answer(params ?? []) },
        ),
      );
    });
  }).listen(Number(value('--rpc-port')), '127.0.0.1');
  createServer((_request, response) => {
    response.end(
      [
        `process_start_time_seconds{chain="stub"} ${Math.floor(began / 1000)}`,
        `substrate_process_start_time_seconds{chain="stub"} ${Math.floor(began / 1000)}`,
        `substrate_block_height{status="best",chain="stub"} ${height()}`,
        '',
      ].join('\n'),
    );
  }).listen(Number(value('--prometheus-port')), '127.0.0.1');
  const [, , , , p2p] = (value('--listen-addr') ?? '').split('/');
  createServer().listen(Number(p2p), '127.0.0.1');
  setInterval(() => console.log(`block ${height()}`), 500);
}
