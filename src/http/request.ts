import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Agents } from './agents.ts';
import { lengthOf, sourceOf } from './body.ts';
import { AnswerTooLarge, failureOf, HttpFailure, seconds, type Progress } from './failure.ts';

/** Deadlines of one request, in milliseconds. */
export const deadlines = { connect: 10_000, headers: 30_000, bodyIdle: 60_000 } as const;

export type Deadlines = Readonly<Record<keyof typeof deadlines, number>>;

/** An answer: `body` is the whole text. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers?: http.OutgoingHttpHeaders;
  /** Text, bytes, or a stream of which `headers` give the `content-length`. */
  readonly body?: string | Uint8Array | Readable;
  readonly signal: AbortSignal;
  /** Largest body taken, in bytes; 10 MiB where it is left out. */
  readonly limit?: number;
  /** Milliseconds from the end of the request until the answer's headers, where 30 s are too few (uploads). */
  readonly headersWithin?: number;
  /** Milliseconds for the whole request, from the connection to the last byte of the answer: what `wait-time` leaves. */
  readonly within?: number;
  /** What left that time, for messages. */
  readonly boundedBy?: string | undefined;
}

/** Bytes. */
export const largestAnswer = 10 * 1024 * 1024;
/** Longest time that a timer of Node can hold, in milliseconds. */
const longestTimer = 2 ** 31 - 1;

/**
 * One request over Node's own HTTP client: connection, request, first byte and every pause in the body have a deadline,
 * nothing is redirected, nothing repeated. Any status is an answer; throws `HttpFailure` where none came, the signal's
 * reason after an abort, and what a stream given as body threw. Messages name the host and never path or query, which
 * can hold signatures.
 */
export async function send(request: HttpRequest, agents: Agents, within: Deadlines = deadlines): Promise<HttpAnswer> {
  const { url, signal, body } = request;
  signal.throwIfAborted();
  const secure = url.protocol === 'https:';
  const outgoing = (secure ? https : http).request(url, {
    method: request.method,
    headers: { ...lengthOf(body), ...request.headers },
    agent: secure ? agents.https : agents.http,
  });
  const source = sourceOf(body);
  return await new Promise((resolve, reject) => {
    const exchange = open({ request, outgoing, source, within, reject });
    followConnection(exchange);
    followSending(exchange);
    outgoing.once('response', (answer) => {
      readAnswer(exchange, answer, resolve);
    });
    if (source === undefined) outgoing.end(body);
    else source.pipe(outgoing);
  });
}

interface Ends {
  readonly request: HttpRequest;
  readonly outgoing: http.ClientRequest;
  readonly source: Readable | undefined;
  readonly within: Deadlines;
  readonly reject: (error: Error) => void;
}

/** A request and its answer, with one deadline at a time. */
interface Exchange extends Ends {
  readonly host: string;
  readonly progress: Progress;
  /** Stops timers and listeners; `false` where the exchange was over already. */
  readonly settle: () => boolean;
  readonly fail: (error: Error) => void;
  /** Sets the deadline of the next thing to happen. */
  readonly arm: (milliseconds: number, message: string) => void;
}

function open(ends: Ends): Exchange {
  const { request, outgoing, source, within, reject } = ends;
  const { signal } = request;
  const { host } = request.url;
  const progress: Progress = { sent: false, answering: false };
  let settled = false;
  let timer: NodeJS.Timeout | undefined;
  let whole: NodeJS.Timeout | undefined;
  const settle = (): boolean => {
    if (settled) return false;
    settled = true;
    clearTimeout(timer);
    clearTimeout(whole);
    signal.removeEventListener('abort', abort);
    source?.destroy();
    return true;
  };
  const fail = (error: Error): void => {
    if (!settle()) return;
    reject(error);
    outgoing.destroy();
  };
  const abort = (): void => {
    fail(signal.reason as Error);
  };
  const arm = (milliseconds: number, message: string): void => {
    clearTimeout(timer);
    if (!settled)
      timer = setTimeout(() => {
        fail(new HttpFailure(message, progress.sent));
      }, milliseconds);
  };
  signal.addEventListener('abort', abort);
  if (request.within !== undefined && request.within <= longestTimer)
    whole = setTimeout(() => {
      const message = `${host} did not answer within the ${seconds(request.within ?? 0)} that ${request.boundedBy ?? '`wait-time`'} left`;
      fail(new HttpFailure(message, progress.sent, undefined, true));
    }, request.within);
  arm(within.connect, `no connection to ${host} within ${seconds(within.connect)}`);
  return { ...ends, host, progress, settle, fail, arm };
}

function followConnection(exchange: Exchange): void {
  const { request, outgoing, host, progress, fail } = exchange;
  outgoing.once('socket', (socket) => {
    const ready = (): void => {
      progress.sent = true;
      expectProgress(exchange);
    };
    if (outgoing.reusedSocket || isReady(socket)) ready();
    else socket.once(request.url.protocol === 'https:' ? 'secureConnect' : 'connect', ready);
  });
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    fail(failureOf(error, host, progress));
  });
  outgoing.once('close', () => {
    if (!progress.answering) fail(new HttpFailure(`${host} closed the connection without an answer`, progress.sent));
  });
}

function followSending(exchange: Exchange): void {
  const { request, outgoing, source, within, host, progress, fail, arm } = exchange;
  const { headersWithin = within.headers } = request;
  outgoing.once('finish', () => {
    if (!progress.answering) arm(headersWithin, `${host} did not answer within ${seconds(headersWithin)}`);
  });
  source?.on('error', fail);
  source?.on('data', () => {
    expectProgress(exchange);
  });
}

/** The request is on its way: the server has to take some of it again and again. */
function expectProgress({ within, host, progress, arm }: Exchange): void {
  if (progress.answering) return;
  arm(within.bodyIdle, `${host} took nothing more of the request for ${seconds(within.bodyIdle)}`);
}

function readAnswer(exchange: Exchange, answer: http.IncomingMessage, resolve: (answer: HttpAnswer) => void): void {
  const { request, outgoing, within, host, progress, settle, fail, arm } = exchange;
  const { limit = largestAnswer } = request;
  progress.answering = true;
  const chunks: Buffer[] = [];
  let size = 0;
  const idle = (): void => {
    arm(within.bodyIdle, `${host} stopped in the middle of its answer for ${seconds(within.bodyIdle)}`);
  };
  idle();
  answer.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    if (size > limit) fail(new AnswerTooLarge(`the answer of ${host} is larger than ${limit} bytes`, true));
    else idle();
  });
  answer.once('error', (error: NodeJS.ErrnoException) => {
    fail(failureOf(error, host, { sent: true, answering: true }));
  });
  answer.once('end', () => {
    if (!settle()) return;
    const body = Buffer.concat(chunks).toString('utf8');
    resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body });
    // Answered before it had read the request: the connection cannot carry another one.
    if (!outgoing.writableFinished) outgoing.destroy();
  });
}

/** A socket that comes out of a proxy tunnel may be connected before anybody can listen. */
function isReady(socket: Socket): boolean {
  return socket instanceof TLSSocket ? socket.authorized : !socket.connecting;
}
