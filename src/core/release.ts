/** Who publishes the Action; `npm run set-release` writes it. */
export const owner: string = 'OWNER';
/** The version of package.json; `npm run set-release` writes it. */
export const version: string = '0.1.0';

/** Published address of a JSON Schema. It follows the tag of the major version, as the release workflow moves it. */
export const schemaAddress = (name: string): string =>
  `https://raw.githubusercontent.com/${owner}/astro-branch-deploy/v${version.replace(/\..*$/, '')}/schema/${name}.schema.json`;

/** The first line of a file, by which editors find its schema. */
export const modeline = (name: string): string => `# yaml-language-server: $schema=${schemaAddress(name)}`;
