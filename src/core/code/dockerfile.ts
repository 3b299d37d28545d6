/** Astro Runtime as a Dockerfile names it. */
export interface LiteralRuntime {
  readonly version: string;
  /** Line of the instruction, from 1. */
  readonly line: number;
}

const from = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?\s*$/i;
/** Where Astronomer publishes Astro Runtime, for Airflow 2 and 3. */
const runtimeImage =
  /^(?:quay\.io\/astronomer\/astro-runtime|astrocrpublic\.azurecr\.io\/runtime):(\d+\.\d+\.\d+|\d+\.\d+-\d+)(?:-(?:base|python-).*)?$/;

/**
 * The version of Astro Runtime that the last stage of a Dockerfile is built on. `undefined` where that is another image, or
 * where its tag is not written out, such as `${VERSION}` or a digest.
 */
export function literalRuntime(dockerfile: string): LiteralRuntime | undefined {
  const stages = new Map<string, LiteralRuntime | undefined>();
  let last: LiteralRuntime | undefined;
  for (const [index, text] of dockerfile.split(/\r?\n/).entries()) {
    const [, image, name] = from.exec(text) ?? [];
    if (image === undefined) continue;
    const version = runtimeImage.exec(image)?.[1];
    last = version === undefined ? stages.get(image.toLowerCase()) : { version, line: index + 1 };
    if (name !== undefined) stages.set(name.toLowerCase(), last);
  }
  return last;
}
