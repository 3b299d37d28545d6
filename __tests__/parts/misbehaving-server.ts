import { createServer, type AddressInfo, type Socket } from 'node:net';

/** What a server does with a connection once the first bytes of a request are there. */
export type Script = (socket: Socket) => void;

export interface MisbehavingServer {
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  /** Connections so far. */
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

/** Ways of a server or of a network to fail. */
export const scripts = {
  /** TCP reset as soon as the request begins to arrive. */
  reset: (socket) => {
    socket.resetAndDestroy();
  },
  closeWithoutAnswer: (socket) => {
    socket.end();
  },
  resetInHeaders: (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-le', () => socket.resetAndDestroy());
  },
  resetInBody: (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf', () => socket.resetAndDestroy());
  },
  truncatedBody: (socket) => {
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf');
  },
  truncatedChunks: (socket) => {
    socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n');
  },
  chunked: (socket) => {
    socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n4\r\nhalf\r\n0\r\n\r\n');
  },
  notHttp: (socket) => {
    socket.end('SSH-2.0-OpenSSH_9.2\r\n');
  },
  hang: () => undefined,
  hangInBody: (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf');
  },
  /** A header line every few milliseconds, for ever: always alive, never an answer. */
  dripHeaders: (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    const timer = setInterval(() => socket.write('x-drip: y\r\n'), 20);
    socket.once('close', () => {
      clearInterval(timer);
    });
  },
  hugeBody: (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n');
    const more = (): void => {
      while (!socket.destroyed && socket.write(Buffer.alloc(65536)));
    };
    socket.on('drain', more);
    more();
  },
  /** An answer to the head of the request, without reading its body, and no more connection. */
  refuseEarly: (socket) => {
    socket.pause();
    socket.end('HTTP/1.1 413 Payload Too Large\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno');
  },
} satisfies Record<string, Script>;

/** A plain answer with a status and headers. */
export function answers(status: number, headers: Readonly<Record<string, string>> = {}, body = ''): Script {
  const lines = Object.entries({ 'content-length': String(Buffer.byteLength(body)), ...headers });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return (socket) => {
    socket.end(`HTTP/1.1 ${status} Text\r\n${head}connection: close\r\n\r\n${body}`);
  };
}

/** A TCP server on a free loopback port; the nth connection gets the nth script, all further ones the last. */
export async function startMisbehavingServer(...perConnection: readonly Script[]): Promise<MisbehavingServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    const script = perConnection[Math.min(connections, perConnection.length - 1)] ?? scripts.hang;
    connections++;
    sockets.add(socket);
    socket.on('error', () => undefined); // the client gives up too, which is the point of some tests
    socket.once('data', () => {
      script(socket);
      socket.on('data', () => undefined);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    connections: () => connections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
