import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** Deadlines of one request, in milliseconds. */
export const deadlines = { connect: 10_000, headers: 30_000, bodyIdle: 60_000 } as const;

export type Deadlines = Readonly<Record<keyof typeof deadlines, number>>;

/** An answer: `body` is the whole text. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** No answer came. `sent` is false only when the connection was never made, so that the request cannot have been seen. */
export class HttpFailure extends Error {
  override readonly name: string = 'HttpFailure';
  readonly sent: boolean;
  /** The time that the caller gave for the whole request was used up. */
  readonly outOfTime: boolean;
  constructor(message: string, sent: boolean, cause?: unknown, outOfTime = false) {
    super(message, cause === undefined ? {} : { cause });
    this.sent = sent;
    this.outOfTime = outOfTime;
  }
}

/** The answer was longer than what is taken: asking for less may help, asking again does not. */
export class AnswerTooLarge extends HttpFailure {
  override readonly name = 'AnswerTooLarge';
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

/** Connections that one run keeps open between its requests. */
export interface Agents {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

/** Bytes. */
export const largestAnswer = 10 * 1024 * 1024;
/** Bytes handed to the socket at one time: TLS copies what it is given, so a large body goes in slices. */
const slice = 256 * 1024;
/** Longest time that a timer of Node can hold, in milliseconds. */
const longestTimer = 2 ** 31 - 1;

/**
 * Keep-alive agents that honour HTTPS_PROXY, HTTP_PROXY and NO_PROXY (`proxyEnv`: Node 24.5 and newer, ignored before)
 * and check certificates whatever NODE_TLS_REJECT_UNAUTHORIZED says.
 */
export function createAgents(): Agents {
  const options = { keepAlive: true, proxyEnv: process.env };
  return { http: new http.Agent(options), https: new https.Agent({ ...options, rejectUnauthorized: true }) };
}

/**
 * One request over Node's own HTTP client: connection, request, first byte and every pause in the body have a deadline,
 * nothing is redirected, nothing repeated. Any status is an answer; throws `HttpFailure` where none came, the signal's
 * reason after an abort, and what a stream given as body threw. Messages name the host and never path or query, which
 * can hold signatures.
 */
export async function send(request: HttpRequest, agents: Agents, within: Deadlines = deadlines): Promise<HttpAnswer> {
  const { url, signal, body, limit = largestAnswer, headersWithin = within.headers } = request;
  signal.throwIfAborted();
  const secure = url.protocol === 'https:';
  const outgoing = (secure ? https : http).request(url, {
    method: request.method,
    headers: { ...lengthOf(body), ...request.headers },
    agent: secure ? agents.https : agents.http,
  });
  const source = sourceOf(body);
  const { host } = url;

  return await new Promise((resolve, reject) => {
    let sent = false;
    let settled = false;
    let answering = false;
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
          fail(new HttpFailure(message, sent));
        }, milliseconds);
    };

    signal.addEventListener('abort', abort);
    if (request.within !== undefined && request.within <= longestTimer)
      whole = setTimeout(() => {
        const message = `${host} did not answer within the ${seconds(request.within ?? 0)} that ${request.boundedBy ?? '`wait-time`'} left`;
        fail(new HttpFailure(message, sent, undefined, true));
      }, request.within);
    arm(within.connect, `no connection to ${host} within ${seconds(within.connect)}`);

    const sending = (): void => {
      if (!answering) arm(within.bodyIdle, `${host} took nothing more of the request for ${seconds(within.bodyIdle)}`);
    };
    outgoing.once('socket', (socket) => {
      const ready = (): void => {
        sent = true;
        sending();
      };
      if (outgoing.reusedSocket || isReady(socket)) ready();
      else socket.once(secure ? 'secureConnect' : 'connect', ready);
    });
    outgoing.once('finish', () => {
      if (!answering) arm(headersWithin, `${host} did not answer within ${seconds(headersWithin)}`);
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      fail(failureOf(error, host, sent, answering));
    });
    outgoing.once('close', () => {
      if (!answering) fail(new HttpFailure(`${host} closed the connection without an answer`, sent));
    });

    outgoing.once('response', (answer) => {
      answering = true;
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
        fail(failureOf(error, host, true, true));
      });
      answer.once('end', () => {
        if (!settle()) return;
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        });
        // Answered before it had read the request: the connection cannot carry another one.
        if (!outgoing.writableFinished) outgoing.destroy();
      });
    });

    if (source === undefined) {
      outgoing.end(body);
    } else {
      source.on('error', fail);
      source.on('data', sending);
      source.pipe(outgoing);
    }
  });
}

/** A stream for what is too large to be handed to the socket at once. */
function sourceOf(body: HttpRequest['body']): Readable | undefined {
  if (body instanceof Readable) return body;
  return body instanceof Uint8Array && body.length > slice ? Readable.from(slices(body)) : undefined;
}

function* slices(bytes: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += slice) yield bytes.subarray(from, from + slice);
}

function lengthOf(body: HttpRequest['body']): http.OutgoingHttpHeaders {
  return typeof body === 'string' || body instanceof Uint8Array ? { 'content-length': Buffer.byteLength(body) } : {};
}

/** A socket that comes out of a proxy tunnel may be connected before anybody can listen. */
function isReady(socket: Socket): boolean {
  return socket instanceof TLSSocket ? socket.authorized : !socket.connecting;
}

function failureOf(error: NodeJS.ErrnoException, host: string, sent: boolean, answering: boolean): HttpFailure {
  const { code = '' } = error;
  const why = (): string => {
    if (answering) return `${host} broke off its answer (${code})`;
    if (code.startsWith('HPE_')) return `${host} answered with something that is not HTTP (${code})`;
    if (sent) return `${host} closed the connection without an answer (${code})`;
    if (code === 'ECONNREFUSED') return `${host} refused the connection`;
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the name of ${host} could not be looked up (${code})`;
    if (/^(?:CERT_|DEPTH_|SELF_|UNABLE_|ERR_TLS_CERT)/.test(code)) {
      return `${host}: certificate not trusted: ${error.message}. The certificate of a company's own proxy belongs into NODE_EXTRA_CA_CERTS`;
    }
    return `no connection to ${host} (${code === '' ? error.message : code})`;
  };
  return new HttpFailure(why(), sent, error);
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 10) / 100} s`;
}
