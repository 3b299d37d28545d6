import http, { type RequestListener } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificate } from './certificate.ts';

export interface Listening {
  /** `http://host:port`. */
  readonly origin: string;
  /** The host and port that answer by HTTPS, where a certificate was given. */
  readonly secureHost: string | undefined;
  readonly close: () => Promise<void>;
}

/** Serves HTTP, and with a certificate HTTPS at a port of its own. */
export async function listen(
  answer: RequestListener,
  {
    host,
    port,
    certificate,
  }: { readonly host: string; readonly port: number; readonly certificate?: Certificate | undefined },
): Promise<Listening> {
  const plain = http.createServer(answer);
  const secure = certificate && https.createServer(certificate, answer);
  const open = async (server: http.Server | https.Server, at: number): Promise<string> => {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(at, host, resolve));
    return `${host}:${String((server.address() as AddressInfo).port)}`;
  };
  const close = (server: http.Server | https.Server): Promise<unknown> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return {
    origin: `http://${await open(plain, port)}`,
    secureHost: secure && (await open(secure, 0)),
    close: async () => {
      await Promise.all([close(plain), secure && close(secure)]);
    },
  };
}
