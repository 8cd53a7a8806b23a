/** Reads a file line by line, whatever is in it. */
import { createReadStream } from 'node:fs';
import { RecordDiffers } from '@veritrace/replay';

/** No line of a record is longer: a block has fewer bytes. */
const MOST_BYTES = 64 * 1024 * 1024;

/** The lines of a file, each of which must end. Throws a `RecordDiffers` where one does not, or is no text. */
export async function* readLines(path: string, file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let pending: Buffer[] = [];
  let held = 0;
  let count = 0;
  const whole = (end: Buffer): string => {
    count += 1;
    try {
      return decoder.decode(Buffer.concat([...pending, end]));
    } catch {
      throw new RecordDiffers({ file, what: `line ${count} is no text` });
    }
  };
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      yield whole(chunk.subarray(from, at));
      pending = [];
      held = 0;
      from = at + 1;
    }
    pending.push(chunk.subarray(from));
    held += chunk.length - from;
    if (held > MOST_BYTES) throw new RecordDiffers({ file, what: `line ${count + 1} is too long` });
  }
  if (held > 0) throw new RecordDiffers({ file, what: 'its last line does not end' });
}
