import { describe, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { read } from './markdown.ts';

interface Command {
  readonly argument?: string;
  readonly needsOneOf?: readonly string[];
  readonly flags: readonly string[];
}
const { commands } = JSON.parse(read('__tests__/fixtures/astronomers-cli-help.json')) as {
  commands: Readonly<Record<string, Command>>;
};

/** What is wrong with a command of Astronomer's CLI, by the CLI's own help. */
function wrong(command: string): string | undefined {
  const name = Object.keys(commands)
    .filter((one) => command === one || command.startsWith(`${one} `))
    .sort((a, b) => b.length - a.length)[0];
  if (name === undefined) return 'there is no such command';
  const { argument, needsOneOf = [], flags } = commands[name] as Command;
  const words = command.slice(name.length).trim().split(/\s+/).filter(Boolean);
  let free = 0;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    const flag = /^--([\w-]+)$/.exec(word)?.[1];
    if (flag === undefined) free++;
    else if (!flags.includes(flag)) return `it has no flag ${word}`;
    else if (words[index + 1]?.startsWith('<')) index++;
  }
  if (free > (argument === undefined ? 0 : 1)) return 'it takes no such argument';
  if (free === 1 && argument?.endsWith('-id') && !/<[\w-]*id>/.test(command)) return 'its argument is an id';
  // Alone, the name of a command is only talked about.
  const given = words.length === 0 || needsOneOf.length === 0 || needsOneOf.some((one) => command.includes(one));
  return given ? undefined : `it needs one of ${needsOneOf.join(', ')}`;
}

const files = [
  ...['README.md', 'action.yml', 'CONTRIBUTING.md', 'SUPPORT.md', 'schema/deployment-template.schema.json'],
  ...['docs', 'examples', 'src'].flatMap((folder) =>
    readdirSync(new URL(`../../${folder}`, import.meta.url), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(?:md|yml|yaml|ts)$/.test(name))
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`),
  ),
];
const documented = files.flatMap((file) =>
  Array.from(
    read(file).matchAll(/\\?`(astro (?:deploy|deployment|dev|env|workspace)\b[^`\\]*)\\?`/g),
    ([, command = '']) => ({
      file,
      command: command.replace(/\s+/g, ' ').trim(),
    }),
  ),
);

describe('commands of Astronomer’s CLI in documentation and messages', () => {
  test('there are some', () => {
    expect(documented.length).toBeGreaterThan(10);
  });

  test.each(documented)('$file: $command', ({ command }) => {
    expect(wrong(command)).toBeUndefined();
  });

  test.each([
    ['astro deployment inspect etl-prod --template', 'its argument is an id'],
    ['astro deployment inspect --template', 'it needs one of <deployment-id>, --deployment-name'],
    ['astro deployment inspect --name <name>', 'it has no flag --name'],
    ['astro dev init etl', 'it takes no such argument'],
    ['astro deployment copy', 'there is no such command'],
  ])('a wrong one would be noticed: %s', (command, why) => {
    expect(wrong(command)).toBe(why);
  });
});
