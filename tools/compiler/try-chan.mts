import { readFileSync, readdirSync } from 'node:fs';
import { openTensors } from './src/quantise/observe.ts';
import { importOnnx } from './src/onnx/import.ts';
import { simplify } from './src/float/simplify.ts';
import { readNpy } from '../cli/src/commands/samples.ts';
const A = '/tmp/ocrpkg/package/assets/';
const onnx = new Uint8Array(readFileSync(A + 'ch_PP-OCRv4_det_infer.onnx'));
const g = simplify(importOnnx(onnx, { shapes: { x: [1, 3, 320, 320] } }));
const names = process.argv.slice(2);
const v = await openTensors(onnx, g, names);
for (const f of ['0000', '0001', '0002', '0003']) await v.view([readNpy(readFileSync(`/tmp/lower-cal/detector/${f}.npy`), f)], (n, x) => {
  if (f !== '0002') return;
  const s = g.shapes.get(n)!; const C = s[1]!, P = x.length / C; const out: string[] = [];
  for (let c = 0; c < C; c++) { const r = Array.from(x.subarray(c * P, (c + 1) * P)).sort((a, b) => a - b); out.push(`${r[0]!.toFixed(2)}/${r[Math.floor(P * .01)]!.toFixed(2)}/${r[P >> 1]!.toFixed(2)}/${r[Math.floor(P * .99)]!.toFixed(2)}/${r[P - 1]!.toFixed(2)}`); }
  console.log(n, s.join('x'), '\n ', out.slice(0, 24).join('  '));
});
