import { isLoopback } from './addresses.ts';
import { UserError } from './errors.ts';

/** A Deployment as far as the way to its Airflow goes. */
export interface WithAirflow {
  readonly name?: string;
  readonly webServerAirflowApiUrl?: string | null;
  readonly apiUrl?: string | null;
  readonly airflowVersion?: string | null;
}

/** `root` is the address without `/api/vN`; the REST API is `v1` in Airflow 2 and `v2` from Airflow 3 on. */
export interface AirflowApi {
  readonly root: URL;
  readonly version: 'v1' | 'v2';
}

/**
 * Where the Airflow REST API of a Deployment is (Airflow, "Stable REST API"). Astro gives the address with or without a
 * scheme, a query and the API's prefix. `hosts` are those that the user allows beside Astro's own. Throws UserError where
 * there is none yet, or where no token must be sent to it.
 */
export function airflowApi(deployment: WithAirflow, api: URL, hosts: readonly string[] = []): AirflowApi {
  const which = deployment.name === undefined ? 'this Deployment' : `the Deployment ${deployment.name}`;
  const bad = (why: string): UserError =>
    new UserError(
      `Astro gives an address for the Airflow of ${which} that is not used: ${why}. Check the Deployment in Astro.`,
    );
  const given = trimmed(deployment.webServerAirflowApiUrl) ?? trimmed(deployment.apiUrl);
  if (given === undefined)
    throw new UserError(
      `Astro gives no address for the Airflow of ${which} yet. Wait until the Deployment is healthy, then run the job again.`,
    );
  const root = parsed(given.replace(/[?#].*$/s, ''), api);
  if (!root) throw bad('it is not a URL');
  if (root.username !== '' || root.password !== '') throw bad('it holds a user name or a password');
  if (root.protocol !== 'https:' && !(root.protocol === 'http:' && bothLocal(root, api)))
    throw bad('only https is allowed, because the API token travels with every request');
  if (!isAirflowHost(root, api, hosts))
    throw bad(
      `the host \`${root.host}\` is not one of Astro's (\`*.astronomer.run\`), so the API token was not sent there. If the host is right, name it in \`astro-airflow-hosts\``,
    );
  const prefix = /\/api\/(v[12])\/*$/.exec(root.pathname)?.[1];
  root.pathname = root.pathname.replace(/(?:\/+api\/v[12])?\/*$/, '');
  return { root, version: versionOf(deployment.airflowVersion, prefix, which) };
}

function trimmed(text: string | null | undefined): string | undefined {
  const found = text?.trim();
  return found === '' ? undefined : found;
}

function parsed(text: string, api: URL): URL | null {
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(text)) return URL.parse(text);
  const url = text.startsWith('/') ? null : URL.parse(`https://${text}`);
  // An Astro on this machine has its Airflows beside it, without certificates.
  return url && bothLocal(url, api) ? URL.parse(`http://${text}`) : url;
}

/**
 * Whether the API token may go to a host as Airflow: Astronomer's own domain (astronomer.io/docs/astro, "Allowlist
 * domains"), this machine beside an Astro on it, or what the user named.
 */
function isAirflowHost(url: URL, api: URL, hosts: readonly string[]): boolean {
  if (bothLocal(url, api) || /^(?:[a-z0-9-]+\.)+astronomer\.run$/.test(url.hostname)) return true;
  return hosts.some((host) => {
    const name = host.includes(':') ? url.host : url.hostname;
    return host.startsWith('*.') ? name.endsWith(host.slice(1)) : name === host;
  });
}

function bothLocal(url: URL, api: URL): boolean {
  return isLoopback(url.hostname) && isLoopback(api.hostname);
}

/** By the version of Airflow; where Astro gives none, by the prefix that its address ends in. */
function versionOf(airflow: string | null | undefined, prefix: string | undefined, which: string): 'v1' | 'v2' {
  const major = Number(/^v?(\d+)(?:\.|$)/.exec(airflow?.trim() ?? '')?.[1] ?? 'NaN');
  if (major >= 2) return major === 2 ? 'v1' : 'v2';
  if (Number.isNaN(major) && prefix !== undefined) return prefix === 'v1' ? 'v1' : 'v2';
  throw new UserError(
    `The Airflow REST API of ${which} is not known: Astro names the Airflow version "${airflow ?? ''}". Airflow 2 or newer is needed.`,
  );
}
