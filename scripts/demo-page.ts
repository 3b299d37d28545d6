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
  :root { color-scheme: light dark; --text: light-dark(#1f2328, #f0f6fc); --soft: light-dark(#59636e, #9198a1); --line: light-dark(#d1d9e0, #3d444d); --page: light-dark(#fff, #0d1117); --code: light-dark(#818b981f, #656c7633); --link: light-dark(#0969da, #4493f8); }
  body { font: 14px/1.5 -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif, "Noto Color Emoji"; color: var(--text); background: var(--page); max-width: 56em; margin: 2em auto; padding: 0 1em; }
  h1 { font-size: 1.6em; } h2 { font-size: 1.2em; margin-top: 2em; border-bottom: 1px solid var(--line); padding-bottom: .3em; } h3 { font-size: 1.25em; margin: 0 0 .6em; }
  article { border: 1px solid var(--line); border-radius: 6px; padding: 1em; margin: .4em 0 1em; overflow-x: auto; overflow-wrap: break-word; } article > * { margin: 0 0 1em; }
  .who { color: var(--soft); margin: 0; } table { border-collapse: collapse; display: block; width: max-content; max-width: 100%; overflow: auto; } th, td { border: 1px solid var(--line); padding: .4em .8em; text-align: left; vertical-align: top; } thead:not(:has(th:not(:empty))) { display: none; }
  code { background: var(--code); border-radius: 6px; padding: .2em .4em; font: 85% ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; } pre { background: var(--code); border-radius: 6px; padding: 1em; overflow: auto; } pre code { background: none; padding: 0; } a { color: var(--link); text-decoration: none; } article > :last-child { margin-bottom: 0; }
</style>
<h1>The life of a branch</h1>
${sections.join('\n')}
</html>
`;
}
