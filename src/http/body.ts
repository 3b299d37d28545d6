import type http from 'node:http';
import { Readable } from 'node:stream';

/** Text, bytes, or a stream. */
export type Body = string | Uint8Array | Readable | undefined;

/** Bytes handed to the socket at one time: TLS copies what it is given, so a large body goes in slices. */
const slice = 256 * 1024;

/** A stream for what is too large to be handed to the socket at once. */
export function sourceOf(body: Body): Readable | undefined {
  if (body instanceof Readable) return body;
  return body instanceof Uint8Array && body.length > slice ? Readable.from(slices(body)) : undefined;
}

function* slices(bytes: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += slice) yield bytes.subarray(from, from + slice);
}

/** The length of a body that is no stream. */
export function lengthOf(body: Body): http.OutgoingHttpHeaders {
  return typeof body === 'string' || body instanceof Uint8Array ? { 'content-length': Buffer.byteLength(body) } : {};
}
