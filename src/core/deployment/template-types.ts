import type { Position, Problem } from '../errors.ts';
import type { Places } from './refused-fields.ts';
import type { Located } from '../yaml/reader.ts';

export type DeploymentType = 'STANDARD' | 'DEDICATED' | 'HYBRID';
export type Executor = 'CELERY' | 'KUBERNETES' | 'ASTRO';
export type SchedulerSize = 'SMALL' | 'MEDIUM' | 'LARGE' | 'EXTRA_LARGE';

export interface TemplateQueue {
  readonly name: string;
  readonly at: Position;
  readonly workerType: Located<string>;
  readonly minWorkers: number;
  readonly maxWorkers?: number;
  readonly concurrency?: number;
  readonly podEphemeralStorage?: string;
}

export interface TemplateVariable {
  readonly key: string;
  readonly at: Position;
  readonly value?: string;
  readonly isSecret: boolean;
}

export interface TemplateSchedule {
  readonly hibernateAtCron: string;
  readonly wakeAtCron: string;
  readonly description: string;
  readonly isEnabled: boolean;
}

/** A Deployment template file as it is written, checked as far as the file alone goes. */
export interface Template {
  readonly file: string;
  readonly type: DeploymentType;
  readonly executor: Executor;
  readonly description?: string;
  readonly runtimeVersion?: Located<string>;
  readonly dagDeployEnabled?: boolean;
  readonly cicdEnforcement: boolean;
  readonly highAvailability: boolean;
  readonly developmentMode: boolean;
  readonly schedulerSize?: SchedulerSize;
  readonly schedulerAu?: number;
  readonly schedulerCount?: number;
  readonly workspaceName?: Located<string>;
  readonly clusterName?: Located<string>;
  readonly cloudProvider?: 'AWS' | 'GCP' | 'AZURE';
  readonly region?: string;
  readonly defaultTaskPodCpu?: string;
  readonly defaultTaskPodMemory?: string;
  readonly resourceQuotaCpu?: string;
  readonly resourceQuotaMemory?: string;
  readonly defaultWorkerType?: Located<string>;
  readonly workloadIdentity?: string;
  readonly remoteExecution?: {
    readonly allowedIpAddressRanges: readonly string[];
    readonly taskLogBucket?: string;
    readonly taskLogUrlPattern?: string;
  };
  readonly queues: readonly TemplateQueue[];
  readonly variables: readonly TemplateVariable[];
  readonly schedules: readonly TemplateSchedule[];
  readonly contactEmails: readonly string[];
  /** What was ignored, and where. */
  readonly notices: readonly Problem[];
  /** Where its members stand; left out where it was written from a Deployment. */
  readonly places?: Places;
}
