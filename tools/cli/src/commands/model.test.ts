import { expect, it } from 'vitest';
import { modelName } from './model.ts';

it('calls a model as its file is called, or its folder', () => {
  expect(modelName('px/detector.onnx')).toBe('detector');
  expect(modelName('scenarios/models/digits-mlp/model.onnx')).toBe('digits-mlp');
  expect(modelName('detector.onnx')).toBe('detector');
  // Of the folder that one is in, too.
  expect(modelName('model.onnx')).not.toMatch(/^\.?$/);
});
