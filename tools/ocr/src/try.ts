import { addAccuracies, compareTexts, pageTexts, share } from './accuracy.ts';
import { createFloatEngine } from './engine.ts';
import { readKeys } from './models.ts';
import { readPages } from './pages/folder.ts';
import { readPage } from './read.ts';

const size = Number(process.argv[2] ?? 320);
const width = Number(process.argv[3] ?? 320);
const { readPixelModel } = await import('./onnx/write.ts');
const px = process.argv[4] === 'px';
const engine = await createFloatEngine({
  ...(px && {
    models: {
      pixels: true,
      onnx: {
        detector: await readPixelModel('detector'),
        recogniser: await readPixelModel('recogniser'),
        classifier: await readPixelModel('classifier'),
      },
    },
  }),
  shapes: { detector: [1, 3, size, size], recogniser: [1, 3, 48, width] },
});
const keys = await readKeys();
const all = [];
for (const page of (await readPages()).filter(p=>p.name.includes(process.argv[5]??''))) {
  const lines = await readPage(engine, keys, page.picture);
  const { truth: t, read: r } = pageTexts(page.lines, lines);
  const a = compareTexts(t, r);
  all.push(a);
  console.log(
    page.name,
    page.lines.length,
    lines.length,
    share(a.edits, a.characters).toFixed(4),
    share(a.inkEdits, a.inkCharacters).toFixed(4),
  );
  if (a.inkEdits) console.log('  T', t, '\n  R', r);
}
const a = addAccuracies(all);
console.log(share(a.edits, a.characters), share(a.inkEdits, a.inkCharacters));
