/** The file in which Astro looks for the monitoring DAG. */
export const monitoringFile = 'astronomer_monitoring_dag.py';

/**
 * A DAG by which Astronomer sees whether a HYBRID Deployment schedules and runs tasks. Astronomer's CLI puts one of this
 * name into every upload to such a Deployment (cloud/deploy/deploy.go); the two variables are the ones that its docs name.
 */
export function monitoringDag(airflow: 2 | 3): string {
  const operators = airflow === 3 ? 'airflow.providers.standard.operators.bash' : 'airflow.operators.bash';
  const schedule = airflow === 3 ? 'schedule' : 'schedule_interval';
  return `"""Runs a small task again and again, so that Astronomer sees whether this Deployment runs tasks at all."""

from datetime import datetime, timedelta
from os import environ

from airflow import DAG
from ${operators} import BashOperator

with DAG(
    "astronomer_monitoring_dag",
    start_date=datetime(2024, 1, 1),
    ${schedule}=environ.get("AIRFLOW_MONITORING_DAG_SCHEDULE_INTERVAL", "*/5 * * * *"),
    is_paused_upon_creation=environ.get("PAUSE_ASTRONOMER_MONITORING_DAG", "").lower() == "true",
    dagrun_timeout=timedelta(minutes=30),
    catchup=False,
    doc_md=__doc__,
    tags=["monitoring"],
):
    BashOperator(task_id="hello", bash_command="true", do_xcom_push=False, priority_weight=2147483647)
`;
}
