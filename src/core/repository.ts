/** A repository as the deploy history of Astro names it: GITHUB only for github.com, GENERIC for every other host. */
export type Repository =
  | { readonly provider: 'GITHUB'; readonly account: string; readonly repo: string }
  | { readonly provider: 'GENERIC'; readonly remoteUrl: string };

const withScheme = /^[a-z][a-z0-9+.-]*:\/\/([^/]*)(.*)$/i;
// `git@host:path`; a host of one letter would be a Windows drive.
const scpLike = /^(?:[^@/:]+@)?([^@/:]{2,}):(.+)$/;

/** Host and path of a remote, spelled one way for https, ssh and scp-like addresses; `undefined` for a local folder. */
function address(url: string): { host: string; path: string } | undefined {
  const match = withScheme.exec(url) ?? scpLike.exec(url);
  if (!match) return undefined;
  const [, host, path] = match as unknown as [string, string, string];
  return {
    host: host.toLowerCase(),
    path: path
      .replace(/^\/+/, '')
      .replace(/\/+$/, '')
      .replace(/\.git$/, ''),
  };
}

/** The address without what may be a credential: user information, and query and fragment of a URL. */
function withoutCredentials(url: string): string {
  if (!withScheme.test(url)) return url.replace(/^[^@/:]+@(?=[^@/:]+:)/, '');
  // Up to the last `@`: a password may hold `/`, `?` and `@` as they are.
  return url.replace(/^([^:]+:\/\/).*@/s, '$1').replace(/[?#].*$/s, '');
}

/** Reads the address of a git remote; nothing that may be a credential stays in the result. */
export function parseRemote(url: string): Repository {
  const remoteUrl = withoutCredentials(url.trim());
  const found = address(remoteUrl);
  const [account = '', ...rest] = found?.path.split('/') ?? [];
  const repo = rest.join('/');
  return found?.host === 'github.com' && account !== '' && repo !== ''
    ? { provider: 'GITHUB', account, repo }
    : { provider: 'GENERIC', remoteUrl };
}

/** The host of a repository's remote, without a port; `undefined` for a local folder. */
export function hostOf(repository: Repository): string | undefined {
  if (repository.provider === 'GITHUB') return 'github.com';
  return address(repository.remoteUrl)?.host.replace(/:\d+$/, '') || undefined;
}

/** How a repository is named in a sentence: `account/repo`, or the remote's address. */
export function repositoryName(repository: Repository): string {
  return repository.provider === 'GITHUB' ? `${repository.account}/${repository.repo}` : repository.remoteUrl;
}

function key(repository: Repository): string {
  // GitHub's names are case-insensitive; a GENERIC record may hold a github.com address all the same.
  const known = repository.provider === 'GENERIC' ? parseRemote(repository.remoteUrl) : repository;
  if (known.provider === 'GITHUB') return `github.com/${known.account}/${known.repo}`.toLowerCase();
  const found = address(known.remoteUrl);
  return found ? `${found.host}/${found.path}` : known.remoteUrl;
}

/** Whether both are one repository, whatever the protocol, the user information and the `.git` at the end. */
export function sameRepository(a: Repository, b: Repository): boolean {
  return key(a) === key(b);
}
