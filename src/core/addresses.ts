import { UserError } from './errors.ts';

/** Whether a host name of a parsed URL is this machine: `localhost`, 127.0.0.0/8 or ::1. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/**
 * Checks the address of the Astro API: `https`, or `http` on a loopback host; no user, query or fragment, which would
 * send the token to another place than it seems. Throws UserError.
 */
export function apiAddress(text: string): URL {
  const bad = (why: string): UserError =>
    new UserError(`astro-api-url: ${why}. Use an address like https://api.astronomer.io/v1, or leave the input out.`);
  if (!URL.canParse(text)) throw bad('this is not a URL');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') throw bad('a user name or password has no place in it');
  if (url.search !== '' || url.hash !== '' || /[?#]/.test(text)) throw bad('a query or fragment has no place in it');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw bad('only https is allowed (http on a loopback host only), because the API token travels with every request');
  }
  return url;
}

/** A Deployment as far as its addresses go. */
interface Addressed {
  readonly id: string;
  readonly workspaceId: string;
  readonly uiUrl?: string | null;
  readonly webServerUrl?: string | null;
}

/**
 * The Deployment in the Astro UI. Sources differ on whether `uiUrl` leads there or to Airflow, so it is taken only where
 * it names the Deployment; otherwise the address is built as Astro's CLI builds it.
 */
export function astroUrl(deployment: Addressed, api: URL): string {
  const { uiUrl } = deployment;
  if (
    uiUrl &&
    URL.canParse(uiUrl) &&
    /^https?:$/.test(new URL(uiUrl).protocol) &&
    uiUrl.includes(`/deployments/${deployment.id}`)
  )
    return uiUrl;
  const origin = isLoopback(api.hostname)
    ? 'http://localhost:5000'
    : `https://${api.hostname.replace(/(^|\.)api\./, '$1cloud.')}`;
  return `${origin}/${encodeURIComponent(deployment.workspaceId)}/deployments/${encodeURIComponent(deployment.id)}`;
}

/** The Airflow UI of a Deployment; Astro gives its address without a scheme. `undefined` where there is none yet. */
export function airflowUrl(deployment: Addressed): string | undefined {
  const given = deployment.webServerUrl;
  if (!given) return undefined;
  const url = /^https?:\/\//.test(given) ? given : `https://${given}`;
  return URL.canParse(url) ? url : undefined;
}
