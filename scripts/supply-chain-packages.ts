import { read, run } from './checkout.ts';

/** Development packages that have an install script; `ignore-scripts=true` in .npmrc keeps them from running. */
const installScripts = ['@parcel/watcher', '@swc/core', 'unrs-resolver'];

interface Component {
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly { readonly license?: { readonly id?: string }; readonly expression?: string }[];
}

/** The packages whose code may end up in the bundle. */
export const billOfMaterials = (): readonly Component[] =>
  (
    JSON.parse(run('npm', ['sbom', '--omit=dev', '--omit=optional', '--sbom-format=cyclonedx']).stdout) as {
      components: Component[];
    }
  ).components;

interface Locked {
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

/** What is wrong with the lock file: no hash, a source other than the registry, an unknown install script. */
export function lockProblems(): string[] {
  const lock = JSON.parse(read('package-lock.json')) as {
    lockfileVersion: number;
    packages: Readonly<Record<string, Locked>>;
  };
  return [
    ...(lock.lockfileVersion === 3 ? [] : ['package-lock.json is not of version 3']),
    ...Object.entries(lock.packages).flatMap(([path, { integrity, resolved = '', link, dev, hasInstallScript }]) => {
      const name = path.replace(/^.*node_modules\//, '');
      const isStub = path.includes('__tests__/stubs/') || link === true;
      return [
        ...(path === '' || isStub || integrity !== undefined ? [] : [`${path} has no integrity hash`]),
        ...(/^(?:git|http:)/.test(resolved) ? [`${path} comes from ${resolved}`] : []),
        ...(hasInstallScript === true && !(dev === true && installScripts.includes(name))
          ? [`${path} has an install script`]
          : []),
      ];
    }),
  ];
}
