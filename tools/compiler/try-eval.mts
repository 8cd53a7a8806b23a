import type { Graph, GraphNode, Requant } from '@veritrace/referee/graph';
import { readElements, bytesOf } from './src/model/tensors.ts';
type T = { shape: number[]; data: any; dtype: string };
const rne = (v: number) => { const f = Math.floor(v), r = v - f; return r < 0.5 ? f : r > 0.5 ? f + 1 : f % 2 === 0 ? f : f + 1; };
const prod = (s: readonly number[]) => s.reduce((a, b) => a * b, 1);
const strides = (s: readonly number[]) => { const o = new Array(s.length).fill(1); for (let i = s.length - 2; i >= 0; i--) o[i] = o[i + 1] * s[i + 1]; return o; };
const c32 = (v: number) => Math.min(2147483647, Math.max(-2147483648, v));
const rq = (acc: number, s: number, r: Requant) => Math.min(r.max, Math.max(r.min, rne(Math.fround(Math.fround(acc) * s)) + r.zero));
const alloc = (d: string, n: number): any => d === 'U8' ? new Uint8Array(n) : d === 'I8' ? new Int8Array(n) : new Int32Array(n);
const bstr = (s: number[], out: number[]) => { const full = [...new Array(out.length - s.length).fill(1), ...s]; const st = strides(full); return st.map((v, i) => full[i] === 1 ? 0 : v); };
const walk = (shape: number[], maps: number[][], f: (i: number, p: number[]) => void) => {
  const n = prod(shape), r = shape.length, c = new Array(r).fill(0), p = maps.map(() => 0);
  for (let i = 0; i < n; i++) { f(i, p);
    for (let a = r - 1; a >= 0; a--) { c[a]++; for (let m = 0; m < maps.length; m++) p[m] += maps[m]![a]!; if (c[a] < shape[a]!) break; for (let m = 0; m < maps.length; m++) p[m] -= maps[m]![a]! * shape[a]!; c[a] = 0; } } };
function node({ op, output }: GraphNode, I: T[]): any {
  const n = prod(output.shape), out = alloc(output.dtype, n), x = I[0]!, S = output.shape;
  const fin = (r: Requant | undefined, sc: T | undefined) => r === undefined ? (v: number, _c: number) => c32(v) : (v: number, c: number) => rq(v, sc!.data.length > 1 ? sc!.data[c] : sc!.data[0], r);
  switch (op.tag) {
    case 'Conv': case 'ConvTranspose': {
      const { groups, strides: st, pads, dilations: di, xZero, wZero, bias, requant } = op.value; const w = I[1]!; const f = fin(requant, I[2 + (bias ? 1 : 0)]);
      const [N, C, H, W] = x.shape as any, [O, D, kh, kw] = w.shape as any, OH = S[2]!, OW = S[3]!; const acc = new Float64Array(OH * OW);
      const X = Float64Array.from(x.data as any, (v: number) => v - xZero);
      for (let b = 0; b < N; b++) for (let o = 0; o < O; o++) { acc.fill(bias ? I[2]!.data[o] : 0); const g = Math.floor(o / (O / groups)) * D;
        for (let c = 0; c < D; c++) for (let i = 0; i < kh; i++) for (let j = 0; j < kw; j++) { const wv = w.data[((o * D + c) * kh + i) * kw + j] - wZero; if (wv === 0) continue; const base = (b * C + g + c) * H * W;
          if (op.tag === 'Conv') { for (let r = 0; r < OH; r++) { const h = r * st[0] + i * di[0] - pads[0]; if (h < 0 || h >= H) continue; for (let q = 0; q < OW; q++) { const v = q * st[1] + j * di[1] - pads[1]; if (v < 0 || v >= W) continue; acc[r * OW + q]! += wv * X[base + h * W + v]!; } } }
          else { for (let h = 0; h < H; h++) { const r = h * st[0] + i * di[0] - pads[0]; if (r < 0 || r >= OH) continue; for (let v = 0; v < W; v++) { const q = v * st[1] + j * di[1] - pads[1]; if (q < 0 || q >= OW) continue; acc[r * OW + q]! += wv * X[base + h * W + v]!; } } } }
        const ob = (b * O + o) * OH * OW; for (let k = 0; k < OH * OW; k++) out[ob + k] = f(acc[k]!, o); }
      return out; }
    case 'MatMul': { const { xZero, wZero, bias, requant } = op.value; const w = I[1]!; const f = fin(requant, I[2 + (bias ? 1 : 0)]); const K = x.shape[1]!, N = S[1]!;
      for (let m = 0; m < S[0]!; m++) for (let q = 0; q < N; q++) { let s = bias ? I[2]!.data[q] : 0; for (let k = 0; k < K; k++) s += (x.data[m * K + k] - xZero) * (w.data[q * K + k] - wZero); out[m * N + q] = f(s, q); } return out; }
    case 'BatchMatMul': { const { aZero, bZero, requant } = op.value; const w = I[1]!; const f = fin(requant, I[2]); const [G, M, N] = S as any, K = x.shape[2]!; const one = w.shape[0] === 1;
      for (let g = 0; g < G; g++) for (let m = 0; m < M; m++) for (let q = 0; q < N; q++) { let s = 0; for (let k = 0; k < K; k++) s += (x.data[(g * M + m) * K + k] - aZero) * (w.data[((one ? 0 : g) * N + q) * K + k] - bZero); out[(g * M + m) * N + q] = f(s, 0); } return out; }
    case 'Requantise': { const f = fin(op.value.requant, I[1]); const inner = prod(S.slice(2)); for (let i = 0; i < n; i++) out[i] = f(x.data[i] - op.value.xZero, Math.floor(i / inner) % (S[1] ?? 1)); return out; }
    case 'Table': case 'Lookup': { const lo = x.dtype === 'I8' ? -128 : 0; for (let i = 0; i < n; i++) out[i] = I[1]!.data[x.data[i] - lo]; return out; }
    case 'MaxPool': case 'SumPool': { const wd = op.tag === 'MaxPool' ? op.value : op.value.window; const f = op.tag === 'SumPool' ? fin(op.value.requant, I[1]) : (v: number) => v; const z = op.tag === 'SumPool' ? op.value.xZero : 0; const [, C, H, W] = x.shape as any, OH = S[2]!, OW = S[3]!;
      for (let i = 0; i < n; i++) { const q = i % OW, r = Math.floor(i / OW) % OH, nc = Math.floor(i / OW / OH); let s = 0, m = -1e9; for (let a = 0; a < wd.kernel[0]; a++) for (let b = 0; b < wd.kernel[1]; b++) { const h = r * wd.strides[0] + a - wd.pads[0], v = q * wd.strides[1] + b - wd.pads[1]; if (h < 0 || h >= H || v < 0 || v >= W) continue; const e = x.data[(nc * H + h) * W + v]; s += e - z; if (e > m) m = e; } out[i] = op.tag === 'MaxPool' ? m : f(s, nc % C); } return out; }
    case 'Add': case 'WeightedSum': case 'Product': case 'Quotient': { const b = I[1]!; const v = op.value as any; const f = op.tag === 'Quotient' ? null : fin(v.requant, I[2]);
      walk(S, [bstr(x.shape, S), bstr(b.shape, S)], (i, p) => { const p0 = x.data[p[0]!] - v.aZero, p1 = b.data[p[1]!] - v.bZero;
        if (op.tag === 'Quotient') { const q = Math.fround(Math.fround(p0) / Math.fround(Math.max(p1, 1))); out[i] = Math.min(v.requant.max, Math.max(v.requant.min, rne(Math.fround(q * I[2]!.data[0])) + v.requant.zero)); }
        else if (op.tag === 'Product') out[i] = f!(c32(p0 * p1), 0); else out[i] = f!(c32(p0 * v.aMul + p1 * v.bMul), 0); }); return out; }
    case 'SquareRoot': for (let i = 0; i < n; i++) out[i] = Math.min(op.value.requant.max, Math.max(op.value.requant.min, rne(Math.fround(Math.fround(Math.sqrt(Math.fround(Math.max(x.data[i] - op.value.xZero, 0)))) * I[1]!.data[0])) + op.value.requant.zero)); return out;
    case 'Reshape': out.set(x.data); return out;
    case 'Transpose': { const st = strides(x.shape); walk(S, [op.value.perm.map(a => st[a])], (i, p) => { out[i] = x.data[p[0]!]; }); return out; }
    case 'Pad': { out.fill(op.value.value); const st = strides(S); let off = 0; op.value.pads.forEach(([b], a) => { off += b * st[a]; }); walk(x.shape, [st], (i, p) => { out[p[0]! + off] = x.data[i]; }); return out; }
    case 'ArgMax': case 'TopK': { const ax = op.value.axis, L = x.shape[ax]!, inner = prod(x.shape.slice(ax + 1)), outer = prod(x.shape.slice(0, ax)); const K = op.tag === 'TopK' ? S[ax]! : 1; const big = op.tag === 'ArgMax' || op.value.largest;
      for (let o = 0; o < outer; o++) for (let q = 0; q < inner; q++) { if (op.tag === 'ArgMax') { let b = 0; for (let k = 1; k < L; k++) if (x.data[(o * L + k) * inner + q] > x.data[(o * L + b) * inner + q]) b = k; out[o * inner + q] = b; continue; }
        const idx = Array.from({ length: L }, (_, k) => k).sort((a, b) => (big ? 1 : -1) * (x.data[(o * L + b) * inner + q] - x.data[(o * L + a) * inner + q]) || a - b); for (let k = 0; k < K; k++) out[(o * K + k) * inner + q] = op.value.indices ? idx[k] : x.data[(o * L + idx[k]!) * inner + q]; } return out; }
    case 'Concat': { const st = strides(S); let at = 0; for (const t of I) { const off = at * st[op.value.axis]; walk(t.shape, [st], (i, p) => { out[p[0]! + off] = t.data[i]; }); at += t.shape[op.value.axis]!; } return out; }
    case 'Slice': { const st = strides(x.shape); let off = 0; op.value.ranges.forEach(([s], a) => { off += s * st[a]; }); walk(S, [op.value.ranges.map(([, k], a) => k * st[a])], (i, p) => { out[i] = x.data[p[0]! + off]; }); return out; }
    case 'Gather': { const ax = op.value.axis, L = x.shape[ax]!, inner = prod(x.shape.slice(ax + 1)), outer = prod(x.shape.slice(0, ax)), ix = I[1]!.data; for (let o = 0; o < outer; o++) for (let k = 0; k < ix.length; k++) for (let q = 0; q < inner; q++) out[(o * ix.length + k) * inner + q] = x.data[(o * L + Math.min(L - 1, Math.max(0, ix[k]))) * inner + q]; return out; }
    case 'Resize': { const [N, C, H, W] = x.shape as any, OH = S[2]!, OW = S[3]!; const rw = I[1]!.data, cl = I[2]!.data; const { requant, xZero } = op.value; const f = fin(requant, I[3]); const place = (v: number, L: number) => { const i = Math.floor(v / 256); return [Math.min(L - 1, Math.max(0, i)), Math.min(128, Math.max(0, v - i * 256))]; };
      for (let nc = 0; nc < N * C; nc++) for (let r = 0; r < OH; r++) { const [h, a] = place(rw[r], H) as any; const h2 = Math.min(H - 1, h + 1); for (let q = 0; q < OW; q++) { const [v, b] = place(cl[q], W) as any; const v2 = Math.min(W - 1, v + 1); const at = (hh: number, vv: number) => x.data[(nc * H + hh) * W + vv] - xZero; const i = (nc * OH + r) * OW + q;
        out[i] = requant === undefined ? x.data[(nc * H + h) * W + v] : f((128 - a) * (128 - b) * at(h, v) + (128 - a) * b * at(h, v2) + a * (128 - b) * at(h2, v) + a * b * at(h2, v2), 0); } } return out; }
    case 'Reduce': { const { reduction: R, axes, keepDims: _k, xZero, requant } = op.value; const f = fin(requant, I[1]); const red = new Float64Array(n).fill(R === 'Max' ? -1e18 : R === 'Min' ? 1e18 : 0); const kept = x.shape.map((d, a) => axes.includes(a) ? 1 : d); const st = strides(kept).map((v, a) => axes.includes(a) ? 0 : v);
      walk(x.shape, [st], (i, p) => { const e = x.data[i]; const o = p[0]!; if (R === 'Max') red[o] = Math.max(red[o]!, e); else if (R === 'Min') red[o] = Math.min(red[o]!, e); else red[o]! += R === 'Sum' ? e - xZero : (e - xZero) ** 2; });
      for (let i = 0; i < n; i++) out[i] = R === 'Max' || R === 'Min' ? red[i] : f(c32(red[i]!), 0); return out; }
  }
}
export const evaluate = (graph: Graph, inputs: readonly Uint8Array[]): Uint8Array[] => {
  const inits = graph.initialisers.map(({ spec, data }): T => ({ shape: spec.shape, dtype: spec.dtype, data: readElements(spec.dtype, data) }));
  const reqs = graph.header.inputs.map((spec, i): T => ({ shape: spec.shape, dtype: spec.dtype, data: readElements(spec.dtype, inputs[i]!) }));
  const vals: T[] = [];
  for (const nd of graph.nodes) { const ops = nd.inputs.map(r => ({ Request: reqs, Initialiser: inits, Node: vals }[r.tag][r.value]!)); vals.push({ shape: nd.output.shape, dtype: nd.output.dtype, data: node(nd, ops) }); }
  return vals.map(v => bytesOf(v.data));
};
