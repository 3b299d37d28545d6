import { once } from 'node:events';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGzip, type Gzip } from 'node:zlib';
import { pack, type Pack } from 'tar-stream';
import { UserError } from '../core/errors.ts';
import { oneLine } from '../core/text.ts';
import { legible, type Bundle, type BundleEntry } from './bundle.ts';

/** Bytes read from a file at one time. */
const readSize = 64 * 1024;
/** Bytes given to gzip at one time: each call costs a thread switch. */
const gzipSize = 256 * 1024;

/**
 * The bundle as tar.gz: the same tree and time give the same bytes (no owners, no umask), and memory does not grow with
 * it. Every entry carries `modifiedAt`, the time of the deployed commit: Python takes cached bytecode for current when size
 * and time of its source are the same (PEP 3147), so that a constant time can run the code of before. The stream fails with `UserError` when a file is no longer what `collectBundle` saw.
 */
export function packBundle(bundle: Bundle, modifiedAt: Date): Readable {
  const archive = pack();
  const gzip = createGzip({ level: 6, chunkSize: 64 * 1024 });
  const reading: ReadBuffers = { spare: [], own: new Set() };
  // A failure ends up as the error of `gzip`, where the reader of this stream meets it; when the reader goes, all ends.
  fill(archive, bundle.entries, { reading, modifiedAt }).catch((error: unknown) => {
    archive.destroy(error as Error);
  });
  compress(archive as AsyncIterable<Buffer>, gzip, reading).catch((error: unknown) => {
    gzip.destroy(error as Error);
  });
  gzip.once('close', () => {
    archive.destroy();
  });
  return gzip;
}

/** Buffers for reading that go round; `own` separates them from the memory of headers, which belongs to others. */
interface ReadBuffers {
  readonly spare: Buffer[];
  readonly own: Set<ArrayBufferLike>;
}

async function fill(
  archive: Pack,
  entries: readonly BundleEntry[],
  { reading, modifiedAt }: { readonly reading: ReadBuffers; readonly modifiedAt: Date },
): Promise<void> {
  const common = { uid: 0, gid: 0, mtime: modifiedAt };
  for (const entry of entries) {
    const { name } = entry;
    const header =
      entry.kind === 'link'
        ? { ...common, name, type: 'symlink' as const, mode: 0o777, linkname: entry.target }
        : {
            ...common,
            name,
            type: 'file' as const,
            mode: entry.kind === 'file' && entry.seen.mode & 0o100 ? 0o755 : 0o644,
            size: entry.kind === 'file' ? entry.seen.size : Buffer.byteLength(entry.text),
          };
    const added = Promise.withResolvers<undefined>();
    const sink = archive.entry(header, (error) => {
      if (error) added.reject(error);
      else added.resolve(undefined);
    });
    // Without a listener a stream's error ends the process.
    sink.on('error', added.reject);
    if (entry.kind === 'file') {
      try {
        for (const chunk of contents(entry, reading)) {
          if (!sink.write(chunk)) await Promise.race([once(sink, 'drain'), added.promise]);
        }
        sink.end(null);
      } catch (error) {
        sink.destroy(error as Error);
      }
    }
    if (entry.kind === 'text') sink.end(Buffer.from(entry.text));
    await added.promise;
  }
  archive.finalize();
}

/**
 * Reads exactly what the walk saw, without following a link or waiting for a pipe that took the file's place, into
 * `spare` buffers where there are any.
 */
function* contents(
  { name, path, seen }: BundleEntry & { kind: 'file' },
  { spare, own }: ReadBuffers,
): Generator<Buffer> {
  // Windows lacks the last two; `|` takes an undefined for 0.
  const descriptor = legible(name, () =>
    openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK),
  );
  const unchanged = (): void => {
    const now = fstatSync(descriptor);
    if (!now.isFile() || now.ino !== seen.ino || now.size !== seen.size || now.mtimeMs !== seen.mtimeMs)
      throw changed(name);
  };
  try {
    unchanged();
    for (let left = seen.size; left > 0;) {
      const chunk = spare.pop() ?? Buffer.allocUnsafeSlow(readSize);
      own.add(chunk.buffer);
      const read = readSync(descriptor, chunk, 0, Math.min(left, readSize), null);
      if (read === 0) throw changed(name);
      left -= read;
      yield chunk.subarray(0, read);
    }
    unchanged();
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Hands the archive to gzip in large chunks: one buffer is filled while gzip reads the other. What `contents` read becomes
 * `spare` again: new buffers for each chunk would lie around until the garbage collector comes, 100 MB of them.
 */
async function compress(archive: AsyncIterable<Buffer>, gzip: Gzip, { spare, own }: ReadBuffers): Promise<void> {
  let filling = Buffer.allocUnsafe(gzipSize);
  let other = Buffer.allocUnsafe(gzipSize);
  let filled = 0;
  let otherRead = Promise.resolve();
  const flush = async (): Promise<void> => {
    await otherRead;
    const full = filling.subarray(0, filled);
    // Called with an error as well, which closes `gzip` and so is not lost.
    otherRead = new Promise((resolve) =>
      gzip.write(full, () => {
        resolve();
      }),
    );
    [filling, other, filled] = [other, filling, 0];
  };
  for await (const part of archive) {
    for (let from = 0; from < part.length;) {
      if (filled === gzipSize) await flush();
      const copied = part.copy(filling, filled, from);
      filled += copied;
      from += copied;
    }
    if (own.has(part.buffer)) spare.push(Buffer.from(part.buffer));
  }
  await flush();
  gzip.end();
}

function changed(name: string): UserError {
  return new UserError(
    `${oneLine(name)} was changed while it was being read. Let nothing write to the folder during the deploy.`,
  );
}
