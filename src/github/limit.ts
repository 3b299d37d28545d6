import { largestAnswer } from '../http/request.ts';
import type { GitHubClient } from './types.ts';

type Fetch = typeof fetch;

/** Makes every answer that is longer than 10 MiB an error, read no further than that. */
export function limitAnswers(octokit: GitHubClient['octokit']): void {
  octokit.hook.before('request', (options) => {
    const given = (options.request.fetch as Fetch | undefined) ?? fetch;
    options.request.fetch = limited(given);
  });
}

const limited =
  (given: Fetch): Fetch =>
  async (...request) => {
    const answer = await given(...request);
    if (answer.body === null) return answer;
    // To the end before it is handed on: Octokit takes a body that breaks off for an empty one.
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > largestAnswer) throw new Error(`the answer is larger than ${String(largestAnswer)} bytes`);
      chunks.push(chunk);
    }
    const { status, statusText, headers, url } = answer;
    const bounded = new Response(Buffer.concat(chunks), { status, statusText, headers });
    return Object.defineProperty(bounded, 'url', { value: url });
  };
