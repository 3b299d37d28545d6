import type { GitHubRepository, GitHubStandIn } from './github-types.ts';

export interface GitHubAnswer {
  readonly status: number;
  readonly body?: unknown;
  /** Sent in place of `body`, as it is. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request, and the state that it meets. */
export interface GitHubCall {
  readonly stand: GitHubStandIn;
  readonly repository: GitHubRepository;
  readonly method: string;
  readonly url: URL;
  readonly accept: string;
  readonly body: unknown;
}

export const missing: GitHubAnswer = { status: 404, body: { message: 'Not Found', status: '404' } };

/** As GitHub words it for installation tokens, GITHUB_TOKEN among them. */
export const forbidden: GitHubAnswer = {
  status: 403,
  body: {
    message: 'Resource not accessible by integration',
    documentation_url: 'https://docs.github.com/rest',
    status: '403',
  },
};

export const invalid = (message: string, errors: readonly unknown[] = []): GitHubAnswer => ({
  status: 422,
  body: {
    message,
    ...(errors.length > 0 && { errors }),
    documentation_url: 'https://docs.github.com/rest',
    status: '422',
  },
});

/** One page of a list, and the addresses of others as GitHub gives them ("Using pagination in the REST API"). */
export function paged(rows: readonly unknown[], url: URL): GitHubAnswer {
  const size = Math.min(100, Math.max(1, Number(url.searchParams.get('per_page') ?? 30)));
  const page = Math.max(1, Number(url.searchParams.get('page') ?? 1));
  const last = Math.max(1, Math.ceil(rows.length / size));
  const link = (to: number, rel: string): string => {
    const target = new URL(url);
    target.searchParams.set('page', String(to));
    return `<${target.href}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link(page - 1, 'prev')] : []),
    ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
    ...(page > 1 ? [link(1, 'first')] : []),
  ];
  return {
    status: 200,
    body: rows.slice((page - 1) * size, page * size),
    ...(links.length > 0 && { headers: { link: links.join(', ') } }),
  };
}
