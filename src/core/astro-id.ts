/** Whether a text looks like an id that Astro gives, a CUID (Astro CLI, pkg/util/util.go); what it does not is taken for a name. */
export const looksLikeId = (text: string): boolean => /^[a-z0-9]{20,36}$/.test(text);
