import type { Hash } from 'node:crypto';
import type { Readable } from 'node:stream';

/**
 * Bytes of one block, each kept in memory until its answer so that it can be sent again. What fits into one goes up as a
 * single request, as nearly every DAG folder does; Azure's 50,000 blocks (Put Block, learn.microsoft.com) are far off.
 */
const blockSize = 4 * 1024 * 1024;

/** A part of an archive, as it is uploaded in one request. */
export interface Block {
  readonly index: number;
  readonly bytes: Buffer;
  readonly last: boolean;
}

/** Cuts a stream into blocks, in buffers that are spare again where there are any; of an empty stream one empty block. */
export async function* blocksOf(stream: Readable, hash: Hash, spare: Buffer[]): AsyncGenerator<Block> {
  let index = 0;
  let block: Buffer = Buffer.allocUnsafe(blockSize);
  let filled = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    for (let from = 0; from < chunk.length;) {
      if (filled === blockSize) {
        yield { index: index++, bytes: block, last: false };
        block = spare.pop() ?? Buffer.allocUnsafe(blockSize);
        filled = 0;
      }
      const copied = chunk.copy(block, filled, from);
      filled += copied;
      from += copied;
    }
  }
  yield { index, bytes: block.subarray(0, filled), last: true };
}
