import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { decodeModel, encodeModel } from './src/onnx/schema.ts';
import { readNpy } from '../cli/src/commands/samples.ts';
const A = '/tmp/ocrpkg/package/assets/';
const onnx = new Uint8Array(readFileSync(A + 'ch_PP-OCRv4_det_infer.onnx'));
const base: any = decodeModel(onnx);
const x = ['0000', '0001'].map(f => readNpy(readFileSync(`/tmp/lower-cal/detector-test/${f}.npy`), f));
const f32 = (t: any) => t.floatData?.length ? Float32Array.from(t.floatData) : new Float32Array(new Uint8Array(t.rawData).buffer);
const run = async (m: any) => { const s = await ort.InferenceSession.create(encodeModel(m), { graphOptimizationLevel: 'disabled', logSeverityLevel: 3, intraOpNumThreads: 2 }); const o: Float32Array[] = []; for (const v of x) o.push((await s.run({ x: new ort.Tensor('float32', v, [1, 3, 320, 320]) }))[base.graph.output[0].name]!.data as Float32Array); await s.release(); return o; };
const want = await run(base);
const sqnr = (a: Float32Array[]) => { let s = 0, q = 0, n = 0, e = 0; a.forEach((v, i) => v.forEach((y, k) => { const w = want[i]![k]!; s += w; q += w * w; n++; e += (w - y) ** 2; })); return 10 * Math.log10((q - s * s / n) / e); };
const clone = () => { const m: any = decodeModel(onnx); return m; };
// weights
{ const m = clone(); const isW = new Map<string, string>(); for (const n of m.graph.node) if (n.opType === 'Conv' || n.opType === 'ConvTranspose') isW.set(n.input[1], n.opType);
  const consts = new Map<string, any>(); for (const t of m.graph.initializer) consts.set(t.name, t); for (const n of m.graph.node) if (n.opType === 'Constant') { const a = n.attribute.find((a: any) => a.name === 'value'); if (a?.t) consts.set(n.output[0], a.t); }
  let c = 0; for (const [name, type] of isW) { const t = consts.get(name); if (!t) { console.log('no', name); continue; } const w = f32(t); const O = Number(t.dims[0]), per = w.length / O; if (type === 'Conv') for (let o = 0; o < O; o++) { let mx = 0; for (let k = 0; k < per; k++) mx = Math.max(mx, Math.abs(w[o * per + k]!)); const s = mx / 127 || 1; for (let k = 0; k < per; k++) w[o * per + k] = Math.round(w[o * per + k]! / s) * s; } t.rawData = new Uint8Array(w.buffer); t.floatData = []; c++; }
  console.log('weights only', c, sqnr(await run(m)).toFixed(2)); }
// activations: insert Q/DQ after chosen op outputs, ranges minmax over the samples
const outs = base.graph.node.filter((n: any) => ['Conv', 'Add', 'Mul', 'HardSigmoid', 'GlobalAveragePool', 'Relu', 'BatchNormalization', 'Concat', 'ConvTranspose', 'Div'].includes(n.opType)).map((n: any) => n.output[0]);
console.log(base.graph.node.length, outs.length);
