import { withPlaces } from '../../core/deployment/refused-fields.ts';
import type { Plan } from '../../core/plan/plan.ts';

/** Throws an error again; what Astro refuses of the template with its lines. */
export const refusedWith =
  (plan: Plan) =>
  (error: unknown): never => {
    throw withPlaces(error, plan.kind === 'preview' ? plan.configuration.places : undefined);
  };
