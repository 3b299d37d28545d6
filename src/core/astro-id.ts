/**
 * Whether a text can be an id that Astro gives: letters and digits only (a CUID; Astro CLI, pkg/util/util.go). What has
 * hyphens, spaces or other characters is taken for a name.
 */
export const looksLikeId = (text: string): boolean => /^[A-Za-z0-9]+$/.test(text);
