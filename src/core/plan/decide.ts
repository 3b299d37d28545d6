import { planDeploy } from './deploy.ts';
import { planExport } from './export-template.ts';
import { planJoin } from './join-preview.ts';
import { planMoves } from './migration.ts';
import type { Plan } from './plan.ts';
import { planPreview, planReport } from './preview.ts';
import { planRemoval, planSweep } from './removal.ts';
import { planBranchSweep } from './sweep-branch.ts';
import type { Situation } from './situation.ts';

/** Decides what to do. Pure: the same situation gives the same plan. Throws UserError where nothing right can be done. */
export function decide(situation: Situation): Plan {
  switch (situation.kind) {
    case 'ensure-preview':
      return planPreview(situation);
    case 'join-preview':
      return planJoin(situation);
    case 'deploy':
      return planDeploy(situation);
    case 'remove-preview':
      return planRemoval(situation);
    case 'sweep':
      return planSweep(situation);
    case 'sweep-branch':
      return planBranchSweep(situation);
    case 'report-preview':
      return planReport(situation);
    case 'promote':
    case 'migrate':
      return planMoves(situation);
    case 'export-template':
      return planExport(situation);
  }
}
