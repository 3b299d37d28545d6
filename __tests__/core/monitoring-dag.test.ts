import { expect, test } from '@jest/globals';
import { monitoringDag, monitoringFile } from '../../src/core/code/monitoring-dag.ts';

test.each([
  [2, 'from airflow.operators.bash import BashOperator', '    schedule_interval='],
  [3, 'from airflow.providers.standard.operators.bash import BashOperator', '    schedule='],
] as const)(
  'the monitoring DAG of Airflow %s imports and schedules as that version does',
  (airflow, line, schedule) => {
    const text = monitoringDag(airflow);
    expect(text.split('\n')).toContain(line);
    expect(text).toContain(schedule);
    expect(text).toContain(`"${monitoringFile.replace('.py', '')}"`);
  },
);
