import { marked } from 'marked';

/** What one event of the demo wrote for people to read. */
export interface Scene {
  readonly what: string;
  /** The comment's bodies, one after the other. */
  readonly comments: readonly string[];
  readonly summary: string;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const rendered = (markdown: string): string => marked.parse(markdown, { gfm: true, async: false });

/** A page of its own that shows the comment as it evolves, and the job summaries, in about the looks of GitHub. */
export function demoPage(scenes: readonly Scene[]): string {
  const sections = scenes.map(({ what, comments, summary }) =>
    [
      `<h2>${escaped(what)}</h2>`,
      ...comments.map(
        (body, index) =>
          `<p class="who">the pull request's comment${comments.length > 1 ? `, ${index + 1} of ${comments.length}` : ''}</p><article>${rendered(body)}</article>`,
      ),
      `<details><summary>job summary</summary><article>${rendered(summary)}</article></details>`,
    ].join('\n'),
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>astro-branch-deploy: the life of a branch</title>
<style>
  body { font: 14px/1.5 -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; color: #1f2328; max-width: 56em; margin: 2em auto; padding: 0 1em; }
  h1 { font-size: 1.6em; } h2 { font-size: 1.2em; margin-top: 2em; border-bottom: 1px solid #d1d9e0; padding-bottom: .3em; } h3 { margin: 0 0 .6em; }
  article { border: 1px solid #d1d9e0; border-radius: 6px; padding: 1em; margin: .4em 0 1em; overflow-x: auto; }
  .who { color: #59636e; margin: 0; } table { border-collapse: collapse; } th, td { border: 1px solid #d1d9e0; padding: .4em .8em; text-align: left; vertical-align: top; } thead th:empty { padding: 0; border: 0; }
  code { background: #818b981f; border-radius: 4px; padding: .15em .4em; font: 85% ui-monospace, SFMono-Regular, Menlo, monospace; } a { color: #0969da; }
</style>
<h1>The life of a branch</h1>
${sections.join('\n')}
</html>
`;
}
