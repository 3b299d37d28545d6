/** An Astro Runtime version: `12.1.0` (Airflow 2) or `3.1-14` (Airflow 3), optionally a pre-release. */
export interface RuntimeVersion {
  /** The new form is newer than every old one. */
  readonly form: 'old' | 'new';
  readonly numbers: readonly [number, number, number];
  readonly pre: string;
}

const oldForm = /^v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?$/;
const newForm = /^v?(\d+)\.(\d+)-(\d+)(?:[.-]([0-9A-Za-z.-]+))?$/;

/** Reads a version (Astro CLI, airflow_versions/runtime_versions.go); `undefined` for what is none. */
export function parseRuntime(text: string): RuntimeVersion | undefined {
  const fresh = newForm.exec(text);
  const match = fresh ?? oldForm.exec(text);
  if (!match) return undefined;
  const [, major, minor, patch, pre = ''] = match;
  return { form: fresh ? 'new' : 'old', numbers: [Number(major), Number(minor), Number(patch)], pre };
}

/** Below 0 where `a` is the older one. A pre-release is older than its release. */
export function compareRuntime(a: RuntimeVersion, b: RuntimeVersion): number {
  if (a.form !== b.form) return a.form === 'old' ? -1 : 1;
  for (const index of [0, 1, 2] as const) {
    const difference = a.numbers[index] - b.numbers[index];
    if (difference !== 0) return difference;
  }
  if (a.pre === b.pre) return 0;
  if (a.pre === '' || b.pre === '') return a.pre === '' ? 1 : -1;
  return a.pre < b.pre ? -1 : 1;
}

/** Airflow's major version of a runtime. */
export function airflowMajor(version: RuntimeVersion): number {
  return version.form === 'new' ? version.numbers[0] : 2;
}

/**
 * Why an image must not be deployed to a Deployment, as a sentence; `undefined` when it may. `deployed` may be empty for
 * a Deployment that does not say its version. Rules of the Astro CLI (cloud/deploy/deploy.go): no downgrade, only
 * versions on offer, from Airflow 2 to 3 only from Runtime 12 on.
 */
export function refuseRuntime(image: string, deployed: string, offered: readonly string[]): string | undefined {
  const wanted = parseRuntime(image);
  if (!wanted) return `The image says that its Astro Runtime version is \`${image}\`, which is no such version.`;
  const current = parseRuntime(deployed);
  if (current && compareRuntime(wanted, current) < 0) {
    return `The image has Astro Runtime ${image}, and the Deployment runs ${deployed}: Astro does not go back to an older version. Use ${deployed} or a newer one in the Dockerfile.`;
  }
  const bare = image.replace(/^v/, '');
  if (!offered.includes(bare)) {
    const near = offered.filter((version) => {
      const other = parseRuntime(version);
      return other?.form === wanted.form && other.numbers[0] === wanted.numbers[0];
    });
    return `Astro does not offer Runtime ${bare} (any more). It offers ${(near.length > 0 ? near : offered).slice(0, 10).join(', ')}.`;
  }
  if (current && airflowMajor(current) < airflowMajor(wanted) && current.numbers[0] < 12) {
    return `The Deployment runs Runtime ${deployed}: the step to Airflow 3 needs Runtime 12.0.0 or newer first.`;
  }
  return undefined;
}
