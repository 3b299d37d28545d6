import type { components } from '../src/contract/astro-api.ts';
import { Refusal, somebody, type Astro } from './state.ts';

type Schemas = components['schemas'];

const since = '2026-01-01T00:00:00.000Z';

/** The Organization of the sandbox. */
export const organization = (astro: Astro): Schemas['Organization'] => ({
  id: astro.organizationId,
  name: 'Acme',
  product: 'HOSTED',
  status: 'ACTIVE',
  productPlans: [],
  allowEnhancedSupportAccess: false,
  hasAllowedIpAddressRanges: false,
  isBlockedEnableAiFeatures: false,
  isScimEnabled: false,
  shouldEnforceDedicatedClusters: false,
  createdAt: since,
  updatedAt: since,
  createdBy: somebody,
  updatedBy: somebody,
});

/** A Workspace as it is answered. */
export const workspace = (astro: Astro, row: { readonly id: string; readonly name: string }): Schemas['Workspace'] => ({
  ...row,
  organizationId: astro.organizationId,
  cicdEnforcedDefault: false,
  createdAt: since,
  updatedAt: since,
});

/** The Workspace of an id. */
export function workspaceOf(astro: Astro, id: string | undefined): Schemas['Workspace'] {
  const row = astro.workspaces.find((one) => one.id === id);
  if (!row) throw new Refusal(404, 'Workspace not found');
  return workspace(astro, row);
}

/** The cluster of an id. */
export function clusterOf(astro: Astro, id: string | undefined): Schemas['Cluster'] {
  const cluster = astro.clusters.find((one) => one.id === id);
  if (!cluster) throw new Refusal(404, 'Cluster not found');
  return cluster;
}
