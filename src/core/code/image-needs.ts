/**
 * Why a docker client cannot build with BuildKit; `undefined` where it can. Clients up to 22 have BuildKit built in, newer
 * ones need the buildx plugin (docs.docker.com, release notes of Docker Engine 23.0).
 */
export function lacksBuildKit(clientVersion: string, hasBuildx: boolean, wantsBuilder: boolean): string | undefined {
  if (hasBuildx) return undefined;
  const install =
    'Install the plugin (`docker-buildx-plugin`, or the action docker/setup-buildx-action in an earlier step), as GitHub-hosted runners have it.';
  if (wantsBuilder)
    return `docker has no buildx plugin, which \`cache-from\`, \`cache-to\` and \`BUILDX_BUILDER\` need. ${install}`;
  const major = /^\s*v?(\d+)\./.exec(clientVersion)?.[1];
  return Number(major) >= 23
    ? `docker has no BuildKit, which keeps DAGs out of the image and passes secrets safely: its buildx plugin is missing. ${install}`
    : undefined;
}

const mebibyte = 1024 * 1024;
/** An Astro Runtime image takes more than this, in bytes, when none of its layers is there yet. */
const comfortable = 2048 * mebibyte;
/** Nothing can be built with less, in bytes. */
const least = 100 * mebibyte;

export type Room = { readonly kind: 'enough' } | { readonly kind: 'little' | 'refused'; readonly why: string };

/** Whether an image has room on the engine's disk, by its free bytes; `undefined` where these are not known. */
export function roomForImage(free: number | undefined): Room {
  if (free === undefined || free >= comfortable) return { kind: 'enough' };
  const left = `Only ${String(Math.floor(free / mebibyte))} MiB are free on the disk where docker keeps images`;
  const advice = 'Remove files or images in an earlier step (`docker image prune`), or use a larger runner.';
  return free < least
    ? { kind: 'refused', why: `${left}: no image can be built. ${advice}` }
    : { kind: 'little', why: `${left}, and an Astro Runtime image can need more than 2 GiB. ${advice}` };
}
