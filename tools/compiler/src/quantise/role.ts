/** What an operator has to do with the quantisation of its output. */
import type { FloatOp } from '../float/graph.ts';

export type QuantisationRole =
  /** Its output has a quantisation of its own. */
  | 'chooses'
  /** That of its input passes through. */
  | 'passes'
  /** An index, or a quantisation that the file states. */
  | 'neither';

export const quantisationRole = (op: FloatOp): QuantisationRole => {
  switch (op.tag) {
    case 'Conv':
    case 'ConvTranspose':
    case 'Dense':
    case 'Affine':
    case 'Map':
    case 'Binary':
    case 'BinaryConstant':
    case 'MatMul':
    case 'AveragePool':
    case 'Concat':
    case 'Softmax':
    case 'LayerNorm':
      return 'chooses';
    case 'Resize':
      return op.mode === 'linear' ? 'chooses' : 'passes';
    case 'Reduce':
      return op.reduction === 'Max' || op.reduction === 'Min' ? 'passes' : 'chooses';
    case 'MaxPool':
    case 'Reshape':
    case 'Transpose':
    case 'Slice':
    case 'Gather':
    case 'Pad':
      return 'passes';
    case 'TopK':
      return op.output === 'values' ? 'passes' : 'neither';
    case 'ArgMax':
    case 'FakeQuantise':
      return 'neither';
  }
};
