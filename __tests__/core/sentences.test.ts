import { expect, test } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const source = fileURLToPath(new URL('../../src', import.meta.url));

/** A sentence that begins: a word with a capital letter, then one without. */
const begins =
  /^ ?(?:The|There|This|It|Its|They|Check|Correct|Give|Add|Set|Put|Write|Make|Wait|Run|Use|Take|Nothing|Without|Look)\b [A-Za-z`$]/;
/** Values that are sentences themselves, or end as one does. */
const isSentence =
  /message|sentence|advice|said|hint|why|kept|near|tail|refus|unreachable|failure|left|known|doubt|tooLong|more|wayOut|before|text|nothing/i;

/** The texts that an expression may come to, as far as they are written in it. */
function leaves(expression: ts.Node): string[] {
  if (ts.isConditionalExpression(expression)) return [...leaves(expression.whenTrue), ...leaves(expression.whenFalse)];
  if (ts.isParenthesizedExpression(expression)) return leaves(expression.expression);
  if (ts.isBinaryExpression(expression)) return leaves(expression.right);
  if (ts.isStringLiteralLike(expression)) return [expression.text];
  return ts.isTemplateExpression(expression) ? [expression.head.text] : [];
}

/** Whether what stands before a sentence ends one. */
function ends(before: string | ts.Expression): boolean {
  if (typeof before === 'string') return before === '' || /[.?!:…*\n]['"`)]*$/.test(before);
  const texts = lastTexts(before);
  return texts.length > 0 ? texts.every((text) => /[.?!:]['"`)]*$/.test(text)) : isSentence.test(before.getText());
}

/** What the texts end in that an expression may come to. */
function lastTexts(expression: ts.Node): string[] {
  if (ts.isConditionalExpression(expression))
    return [...lastTexts(expression.whenTrue), ...lastTexts(expression.whenFalse)];
  if (ts.isParenthesizedExpression(expression)) return lastTexts(expression.expression);
  if (ts.isStringLiteralLike(expression)) return [expression.text];
  return ts.isTemplateExpression(expression) ? [expression.templateSpans.at(-1)?.literal.text ?? ''] : [];
}

/** Places in a template literal where a sentence begins behind something that does not end one. */
function runOns(text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTemplateExpression(node))
      node.templateSpans.forEach(({ expression, literal }, index) => {
        const before = node.templateSpans[index - 1];
        const last = before ? before.literal.text || before.expression : node.head.text;
        const optional = leaves(expression).some((leaf) => begins.test(leaf)) && !ends(last);
        if (optional || (begins.test(literal.text) && !ends(expression))) found.push(node.getText());
      });
    if (
      ts.isStringLiteralLike(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddle(node) ||
      ts.isTemplateTail(node)
    ) {
      for (const { index } of node.text.matchAll(
        /[a-z0-9`)] (?=(?:The|There|This|It|Check|Correct|Give|Add|Set|Run) [a-z])/g,
      ))
        found.push(node.text.slice(Math.max(0, index - 30), index + 40));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true));
  return found;
}

test('no message has two sentences that run into each other', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const found = files.flatMap((file) =>
    runOns(readFileSync(join(source, file), 'utf8')).map((one) => `${file}: ${one}`),
  );
  expect(found).toEqual([]);
});

test('it would find them', () => {
  expect(
    runOns("const a = `no \\`${name}\\`${meant ? `, or ${meant}?` : ''}${known && ` The token sees: ${known}`}`;"),
  ).toHaveLength(1);
  expect(
    runOns("const a = `no \\`${name}\\`${meant ? `, or ${meant}?` : '.'}${known && ` The token sees: ${known}`}`;"),
  ).toEqual([]);
  expect(runOns('const a = `there is no cluster \\`${name}\\`${meant} The API token sees: ${x}`;')).toHaveLength(1);
  expect(runOns("const a = 'nothing was found Check the name';")).toHaveLength(1);
  expect(runOns('const a = `it is ${name}. The API token sees it`;')).toEqual([]);
});
