import http from 'node:http';
import https from 'node:https';

/** Connections that one run keeps open between its requests. */
export interface Agents {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

/**
 * Keep-alive agents that honour HTTPS_PROXY, HTTP_PROXY and NO_PROXY (`proxyEnv`: Node 24.5 and newer, ignored before)
 * and check certificates whatever NODE_TLS_REJECT_UNAUTHORIZED says.
 */
export function createAgents(): Agents {
  const options = { keepAlive: true, proxyEnv: process.env };
  return { http: new http.Agent(options), https: new https.Agent({ ...options, rejectUnauthorized: true }) };
}
