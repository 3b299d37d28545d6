import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A small Astro project in a git repository of its own, for the demo, the benchmark and the scenario tests. */
export interface SampleProject {
  readonly folder: string;
  /** Runs git in the project; gives back its output, trimmed. */
  readonly git: (...args: string[]) => string;
  /** Writes files and commits them, now or at a given time; gives back the commit's id. */
  readonly commit: (subject: string, files: Readonly<Record<string, string>>, at?: Date) => string;
}

/** The runtime version that the sample image claims and the sample template asks for. */
export const runtimeVersion = '3.1-14';

export const sampleTemplate = `deployment:
  environment_variables:
    - is_secret: false
      key: STAGE
      value: preview
  configuration:
    name: ""
    description: Preview of a branch
    runtime_version: ${runtimeVersion}
    dag_deploy_enabled: true
    ci_cd_enforcement: false
    scheduler_size: SMALL
    is_high_availability: false
    is_development_mode: true
    executor: CELERY
    workspace_name: Data
    deployment_type: STANDARD
    cloud_provider: AWS
    region: us-east-1
    default_task_pod_cpu: "0.25"
    default_task_pod_memory: 0.5Gi
    resource_quota_cpu: "10"
    resource_quota_memory: 20Gi
  worker_queues:
    - name: default
      max_worker_count: 5
      min_worker_count: 0
      worker_concurrency: 5
      worker_type: A5
  hibernation_schedules:
    - hibernate_at: 0 20 * * *
      wake_at: 0 7 * * 1-5
      enabled: true
  alert_emails: []
`;

/** The files of a new project. Its image starts from nothing, so that building it needs no registry. */
export const sampleFiles: Readonly<Record<string, string>> = {
  '.astro/preview.yaml': sampleTemplate,
  '.dockerignore': '.git\nREADME.md\n',
  Dockerfile: `FROM scratch\nLABEL io.astronomer.docker.runtime.version=${runtimeVersion}\nCOPY . /usr/local/airflow/\n`,
  'requirements.txt': 'apache-airflow-providers-snowflake\n',
  'README.md': '# etl\n',
  'include/query.sql': 'select 1\n',
  'dags/hello.py': 'from airflow.sdk import dag\n',
};

/**
 * The files that `astro dev init` writes (astro-cli, airflow/airflow.go and its test), those that its .gitignore leaves
 * out excepted. Its own ignore file excludes neither README nor tests. The image starts from nothing, as above.
 */
export const newProjectFiles: Readonly<Record<string, string>> = {
  '.astro/config.yaml': 'project:\n  name: etl\n',
  '.astro/dag_integrity_exceptions.txt': '# Files that the integrity test leaves out, one per line.\n',
  '.astro/test_dag_integrity_default.py': 'def test_dags():\n    pass\n',
  '.dockerignore': [
    'astro',
    '.git',
    '.env',
    'airflow_settings.yaml',
    'logs/',
    '.venv',
    'airflow.db',
    'airflow.cfg',
    '',
  ].join('\n'),
  '.gitignore': ['.git', '.env', '.DS_Store', 'airflow_settings.yaml', '__pycache__/', 'astro', '.venv', ''].join('\n'),
  Dockerfile: sampleFiles['Dockerfile'] ?? '',
  'README.md': '# etl\n',
  'dags/.airflowignore': '',
  'dags/exampledag.py': 'from airflow.sdk import dag\n',
  'packages.txt': '',
  'requirements.txt': '',
  'tests/dags/test_dag_example.py': 'def test_example():\n    pass\n',
};

/** Makes the sample project in an empty folder, with one commit on `main`; no setting of the machine plays a part. */
export function makeProject(folder: string, files: Readonly<Record<string, string>> = sampleFiles): SampleProject {
  mkdirSync(folder, { recursive: true });
  const env = {
    PATH: process.env['PATH'] ?? '',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.com',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.com',
  };
  const run = (args: readonly string[], more: NodeJS.ProcessEnv = {}): string =>
    execFileSync('git', args, {
      cwd: folder,
      env: { ...env, ...more },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  const git = (...args: string[]): string => run(args);
  const commit = (subject: string, changed: Readonly<Record<string, string>>, at?: Date): string => {
    for (const [name, text] of Object.entries(changed)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    git('add', '--all');
    run(['commit', '--quiet', '--allow-empty', '--message', subject], at && { GIT_COMMITTER_DATE: at.toISOString() });
    return git('rev-parse', 'HEAD');
  };
  git('init', '--quiet', '--initial-branch=main');
  commit('First version', files);
  return { folder, git, commit };
}
