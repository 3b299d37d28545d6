import { createHash } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import { addAbortSignal, type Readable } from 'node:stream';
import { ApiError, type ApiFacts } from '../core/errors.ts';
import { oneLine } from '../core/text.ts';
import { send, type HttpAnswer } from '../http/request.ts';
import { HttpFailure } from '../http/failure.ts';
import { readRetryAfter } from '../http/retry-after.ts';
import { requestTime, retry, type Pause } from '../http/retry.ts';
import { blocksOf, type Block } from './archive-blocks.ts';
import { addressOf, type AddressRules } from './upload-address.ts';
import type { Agents } from '../http/agents.ts';

/** What was uploaded; `version` is what finalizing the deploy asks for, `sha256` that of the uploaded bytes, in hex. */
export interface Upload {
  readonly version: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface UploadOptions extends AddressRules {
  readonly agents: Agents;
  readonly signal: AbortSignal;
  /** Milliseconds that are left for waiting: the whole upload takes no longer, but at least 5 s. */
  readonly remaining: () => number;
  readonly debug: (text: string) => void;
  /** Pauses between tries; the machine's clock where it is left out. */
  readonly pause?: Pause | undefined;
}

const blocksInFlight = 3;
const contentType = 'application/gzip';

type Put = (query: string, headers: OutgoingHttpHeaders, body: string | Uint8Array) => Promise<HttpAnswer>;

/**
 * Streams an archive to the blob address that Astro gave for a deploy and returns the version id that finalizing needs
 * (Azure: Put Blob, Put Block, Put Block List). Every request is repeatable, and repeated on 408, 429, 5xx and where no
 * answer came. Throws `ApiError`, always with `applied` 'no': only finalizing a deploy makes it run.
 * The address is a secret (its signature grants writing) and never part of an error; no Astro token goes there.
 */
export async function uploadBundle(stream: Readable, url: string, options: UploadOptions): Promise<Upload> {
  const stop = new AbortController();
  try {
    options.signal.throwIfAborted();
    addAbortSignal(options.signal, stream);
    const address = addressOf(url, options);
    const put = putter(address, { ...options, signal: AbortSignal.any([options.signal, stop.signal]) });
    const hash = createHash('sha256');
    const spare: Buffer[] = [];
    const blocks = blocksOf(stream, hash, spare);
    const first = (await blocks.next()).value as Block;
    const { answer, bytes } = first.last
      ? await putWhole(put, first)
      : await putBlocks(put, first, { rest: blocks, spare, stop });
    const version = answer.headers['x-ms-version-id'];
    if (typeof version !== 'string' || version === '') {
      throw failure(
        address,
        answer.status,
        `the upload has no version id: ${address.host} does not keep versions. No code was deployed.`,
      );
    }
    return { version, bytes, sha256: hash.digest('hex') };
  } catch (error) {
    options.signal.throwIfAborted();
    throw error;
  } finally {
    stop.abort();
    stream.destroy();
  }
}

async function putWhole(put: Put, { bytes }: Block): Promise<{ answer: HttpAnswer; bytes: number }> {
  const answer = await put('', { 'x-ms-blob-type': 'BlockBlob', 'content-type': contentType }, bytes);
  return { answer, bytes: bytes.length };
}

/** The blocks after the first: where they come from, where their buffers go back to, and what stops all of them. */
interface Blocks {
  readonly rest: AsyncGenerator<Block>;
  readonly spare: Buffer[];
  readonly stop: AbortController;
}

async function putBlocks(
  put: Put,
  first: Block,
  { rest, spare, stop }: Blocks,
): Promise<{ answer: HttpAnswer; bytes: number }> {
  let bytes = 0;
  const ids: string[] = [];
  const putBlock = async (block: Block): Promise<void> => {
    bytes += block.bytes.length;
    // Azure wants ids of equal length within one blob.
    const id = Buffer.from(String(block.index).padStart(6, '0')).toString('base64');
    ids[block.index] = id;
    await put(`comp=block&blockid=${encodeURIComponent(id)}`, { 'content-type': contentType }, block.bytes);
    spare.push(block.bytes);
  };
  // Each worker holds one block and takes the next from the same generator: memory is bounded by their number.
  const work = async (block?: Block): Promise<void> => {
    try {
      if (block) await putBlock(block);
      for await (const next of rest) await putBlock(next);
    } catch (error) {
      stop.abort(error);
      throw error;
    }
  };
  await Promise.all(Array.from({ length: blocksInFlight }, (_, worker) => work(worker === 0 ? first : undefined)));
  const list = `<?xml version="1.0" encoding="utf-8"?><BlockList>${ids.map((id) => `<Latest>${id}</Latest>`).join('')}</BlockList>`;
  const answer = await put(
    'comp=blocklist',
    { 'x-ms-blob-content-type': contentType, 'content-type': 'application/xml' },
    list,
  );
  return { answer, bytes };
}

/** One PUT to the blob, repeated as far as that can help and the time for the upload allows. */
function putter(address: URL, options: UploadOptions): Put {
  const { agents, signal, debug, pause } = options;
  const end = performance.now() + requestTime(options.remaining);
  const remaining = (): number => end - performance.now();
  const once = async (request: Parameters<typeof send>[0]): Promise<HttpAnswer> => {
    try {
      const answer = await send(request, agents);
      if (answer.status >= 200 && answer.status < 300) return answer;
      throw refusal(address, answer);
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error;
      const { message, outOfTime } = error;
      throw failure(address, 0, `The DAGs could not be uploaded: ${message}. ${nothing}`, {
        advice: again(outOfTime),
        cause: error,
        outOfTime,
      });
    }
  };
  return (query, headers, body) => {
    if (remaining() <= 0) {
      const message = `The DAGs could not be uploaded within \`wait-time\`. ${nothing}`;
      throw failure(address, 0, message, { advice: again(true), outOfTime: true });
    }
    const url = new URL(address);
    // Appended as text: URLSearchParams would spell the signed query again in its own way.
    if (query !== '') url.search = `${address.search}${address.search === '' ? '?' : '&'}${query}`;
    // Versions of a blob exist from 2019-12-12 on (Azure, "Versioning for the Blob service").
    const request = { method: 'PUT', url, headers: { 'x-ms-version': '2021-08-06', ...headers }, body, signal };
    const rules = { verb: 'upload', tempo: 'upload', signal, remaining, debug, pause } as const;
    return retry((within) => once({ ...request, within }), rules);
  };
}

const nothing = 'No code was deployed.';
const again = (outOfTime: boolean): string =>
  outOfTime
    ? 'Run the job again, or give a longer `wait-time`.'
    : 'Check that the network of this runner (proxy, firewall) lets it reach that host, then run the job again.';

function refusal(address: URL, answer: HttpAnswer): ApiError {
  const { status, headers } = answer;
  const code = [headers['x-ms-error-code'] ?? /<Code>([^<]*)<\/Code>/.exec(answer.body)?.[1] ?? []].flat().join();
  const advice =
    status === 403
      ? 'The upload address that Astro gave has expired, or the clock of this machine is wrong: run the job again.'
      : status >= 300 && status < 400
        ? 'It redirects elsewhere, which is not followed: check the proxy of this runner, then run the job again.'
        : 'Run the job again.';
  const message = `The DAGs could not be uploaded: ${address.host} answered ${status}${code && ` (${oneLine(code, 80)})`}. ${nothing}`;
  return failure(address, status, message, {
    advice,
    requestId: [headers['x-ms-request-id'] ?? []].flat()[0],
    retryAfter: status === 429 || status === 503 ? readRetryAfter(headers) : undefined,
  });
}

function failure(address: URL, status: number, message: string, more: Partial<ApiFacts> = {}): ApiError {
  return new ApiError({ system: 'astro', message, method: 'PUT', path: address.host, status, applied: 'no', ...more });
}
