/** A schema with what editors show of it. */
export const described = (
  title: string,
  description: string,
  examples: readonly unknown[],
  schema: object,
): object => ({
  title,
  description,
  ...schema,
  examples,
});

const text = { type: ['string', 'number', 'boolean'] };
const textMap = { type: 'object', minProperties: 1, additionalProperties: text };

/** What values and overrides of environment objects can set, by the API's names. */
export const fieldSchemas: Readonly<Record<string, object>> = {
  type: described('Connection type', 'Type of the connection in Airflow.', ['snowflake', 'postgres'], text),
  host: described('Host', 'Host name or address.', ['db.dev.example.com', '${env.DB_HOST}'], text),
  port: described('Port', 'A number, or a placeholder that gives one.', [5432, '${env.DB_PORT}'], {
    type: ['integer', 'string'],
    minimum: 1,
    maximum: 65535,
    pattern: '^[1-9][0-9]{0,4}$|[$][{]',
  }),
  login: described('Login', 'User name.', ['preview', '${env.DB_LOGIN}'], text),
  password: described('Password', 'Take it from the step’s `env`, never from the file.', ['${env.DB_PASSWORD}'], text),
  schema: described('Schema', 'Schema or database that the connection opens.', ['PR_${pr}', '${branch.key}'], text),
  extra: described('Extra', 'Members of the connection’s extra JSON, one by one.', [{ database: 'DEV' }], {
    type: 'object',
    minProperties: 1,
  }),
  value: described('Value', 'Value of the variable.', ['s3://dev/${branch.slug}'], text),
  endpoint: described('Endpoint', 'Where the metrics are sent.', ['https://metrics.example.com/api/v1/write'], text),
  exporterType: described('Exporter', 'Kind of the metrics export.', ['PROMETHEUS'], { enum: ['PROMETHEUS'] }),
  authType: described('Authentication', 'How the export signs in.', ['BASIC'], {
    enum: ['AUTH_TOKEN', 'BASIC', 'SIGV4'],
  }),
  basicToken: described('Token', 'Token of `authType: AUTH_TOKEN`.', ['${env.METRICS_TOKEN}'], text),
  username: described('User name', 'User of `authType: BASIC`.', ['preview'], text),
  sigV4AssumeArn: described('Role', 'Role of `authType: SIGV4`.', ['arn:aws:iam::123456789012:role/metrics'], text),
  sigV4StsRegion: described('Region', 'STS region of `authType: SIGV4`.', ['us-east-1'], text),
  headers: described('Headers', 'HTTP headers that are sent with the metrics.', [{ 'X-Scope-OrgID': 'etl' }], textMap),
  labels: described('Labels', 'Labels that are added to the metrics.', [{ branch: '${branch.slug}' }], textMap),
};
