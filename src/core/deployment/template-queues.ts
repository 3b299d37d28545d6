import type { MappingNode, YamlNode } from '../yaml/document.ts';
import { given, type Reader } from '../yaml/reader.ts';
import { oneLine } from '../text.ts';
import { queueKeys, queueName } from './template-keys.ts';
import type { Executor, TemplateQueue } from './template-types.ts';

/** Worker queues; none under KUBERNETES. */
export function readQueues(reader: Reader, deployment: MappingNode, executor: Executor): TemplateQueue[] {
  const queues = reader.items(deployment, 'worker_queues').flatMap((node) => readQueue(reader, node));
  queues.forEach((queue, index) => {
    if (queues.findIndex(({ name }) => name === queue.name) !== index)
      reader.problem(`there are two worker queues called \`${queue.name}\``, queue.at);
  });
  const [first] = queues;
  if (!first) return [];

  if (executor !== 'KUBERNETES') {
    if (!queues.some(({ name }) => name === 'default'))
      reader.problem('one of the worker queues must be called `default`', first.at);
    return queues;
  }
  if (queues.every(({ name }) => name === 'default'))
    reader.notice('worker queues are ignored: the executor KUBERNETES has none', first.at);
  else
    reader.problem(
      'the executor KUBERNETES has no worker queues: use default_task_pod_cpu and default_task_pod_memory (HYBRID: default_worker_type)',
      first.at,
    );
  return [];
}

function readQueue(
  { mapping, required, place, member, text, located, whole, amount, problem }: Reader,
  node: YamlNode,
): TemplateQueue[] {
  const queue = mapping(node, queueKeys, 'a worker queue');
  required(queue, 'name');
  required(queue, 'worker_type');
  const name = text(queue, 'name');
  const workerType = located(queue, 'worker_type');
  if (name !== undefined && !queueName.test(name))
    problem(
      `a worker queue's name has lower-case letters and hyphens, at most 63: \`${oneLine(name, 60)}\` does not`,
      place(queue, 'name'),
    );
  const minWorkers = whole(queue, 'min_worker_count', 0, 1000) ?? 0;
  // 0 stands for "the default" in what the CLI writes.
  const maxWorkers = whole(queue, 'max_worker_count', 0, 1000) || undefined;
  const concurrency = whole(queue, 'worker_concurrency', 0, 1000) || undefined;
  if (maxWorkers !== undefined && minWorkers > maxWorkers)
    problem('`min_worker_count` is above `max_worker_count`', node.at);
  for (const key of ['name', 'worker_type']) {
    const value = member(queue, key);
    if (value?.kind === 'scalar' && value.text === '') problem(`\`${key}\` is empty`, value.at);
  }
  if (name === undefined || !workerType) return [];
  return [
    {
      name,
      at: node.at,
      workerType,
      minWorkers,
      ...given('maxWorkers', maxWorkers),
      ...given('concurrency', concurrency),
      ...given('podEphemeralStorage', amount(queue, 'pod_ephemeral_storage')),
    },
  ];
}
