import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request with its body read. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly body: Buffer;
}

/**
 * Sees every HTTP request of a server before the server does, and may spoil it: `handled` keeps it from being processed.
 */
export type Wire = (request: IncomingMessage, response: ServerResponse) => Promise<'process' | 'handled'>;

/** Ways in which a request can go wrong on the wire. */
export type WireFault =
  | { readonly kind: 'reset' }
  | { readonly kind: 'lost-reply' }
  | { readonly kind: 'hang' }
  /** The answer comes after so many milliseconds. */
  | { readonly kind: 'slow'; readonly milliseconds: number }
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body: string;
    }
  /** Half of the answer, as if it were whole. */
  | { readonly kind: 'truncated' }
  /** The request is processed, and something else is answered with its status. */
  | { readonly kind: 'wrong-shape'; readonly body: string }
  /** Something happens when the request arrives, which is then not processed. */
  | { readonly kind: 'before'; readonly then: () => void }
  /** Something happens when its answer is ready; `first`: and before it is processed. */
  | { readonly kind: 'after'; readonly first?: () => void; readonly then: () => void }
  /** It is processed only when something else is over. */
  | { readonly kind: 'hold'; readonly until: () => Promise<unknown> };

/** Spoils one request. */
export async function playFault(
  fault: WireFault,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<'process' | 'handled'> {
  switch (fault.kind) {
    case 'reset':
      request.socket.resetAndDestroy();
      return 'handled';
    case 'hang':
      request.resume();
      return 'handled';
    case 'answer':
      request.resume();
      response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers }).end(fault.body);
      return 'handled';
    case 'before':
      fault.then();
      request.resume();
      return 'handled';
    case 'hold':
      await fault.until();
      return 'process';
    case 'lost-reply':
      replaceEnd(response, () => request.socket.resetAndDestroy());
      return 'process';
    case 'after':
      fault.first?.();
      replaceEnd(response, (end, body) => {
        fault.then();
        end(body);
      });
      return 'process';
    case 'slow':
      replaceEnd(response, (end, body) =>
        setTimeout(() => {
          end(body);
        }, fault.milliseconds),
      );
      return 'process';
    case 'truncated':
      replaceEnd(response, (end, body) => {
        end(body.slice(0, body.length / 2));
      });
      return 'process';
    case 'wrong-shape':
      replaceEnd(response, (end) => {
        end(fault.body);
      });
      return 'process';
  }
}

/** Puts something in the place of sending the answer; `end` sends it. */
function replaceEnd(response: ServerResponse, finish: (end: (body: string) => void, body: string) => unknown): void {
  const end = response.end.bind(response);
  const send = (body: string): void => {
    if (!response.destroyed) end(body);
  };
  response.end = ((body?: unknown) => {
    finish(send, typeof body === 'string' || Buffer.isBuffer(body) ? body.toString() : '');
    return response;
  }) as ServerResponse['end'];
}
