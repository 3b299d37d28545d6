import type { CodeReport, ReportedCommit } from './outcome.ts';
import type { CodeChange } from '../code/choose-deploy-type.ts';
import type { Baseline } from '../code/baselines.ts';
import type { CodeFacts } from './situation.ts';
import { omitUndefined } from '../omit-undefined.ts';

/** What to say of the code before anything is deployed. */
export function codeReport({ source, baselines, isFirst }: CodeFacts, { brief }: CodeChange): CodeReport {
  const { commit, head, headSubject, base } = source;
  const isMerge = head !== undefined && head !== commit?.id;
  const reported: ReportedCommit | undefined = isMerge
    ? {
        id: head,
        ...omitUndefined({ subject: headSubject }),
        ...omitUndefined({ mergedWith: base }),
      }
    : commit && { id: commit.id, subject: commit.subject };
  const image = idOf(baselines.image);
  const dags = idOf(baselines.dags);
  return {
    ...(reported && { commit: reported }),
    ...omitUndefined({ image }),
    ...omitUndefined({ dags }),
    isFirst,
    brief,
  };
}

const idOf = (baseline: Baseline): string | undefined =>
  baseline.kind === 'known' ? (baseline.head ?? baseline.commit) : undefined;

/** The commit that runs on the Deployment when the run has ended; `undefined` where that is unknown. */
export function runningCommit(
  code: CodeReport | undefined,
  deployType: CodeChange['kind'],
): ReportedCommit | undefined {
  if (!code) return undefined;
  // A dbt project lies beside the DAGs and leaves them as they are.
  if (deployType !== 'none' && deployType !== 'dbt') return code.commit;
  const id = code.dags ?? code.image;
  return id === undefined ? undefined : id === code.commit?.id ? code.commit : { id };
}
