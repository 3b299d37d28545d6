/** What a run may hand on through `${env.NAME}`. */
export interface EnvironmentRules {
  /** The names of the input `placeholder-env`; `undefined` where it is not given. */
  readonly allowed?: readonly string[];
  /** Tokens of this run, which are never handed on. */
  readonly tokens: readonly string[];
}

/** Variables of the step itself and of the runner; Windows finds a variable by its name in any case. */
const neverGiven = /^(?:ASTRO_API_TOKEN|(?:INPUT|ACTIONS|RUNNER)_.*)$/i;

/**
 * Names under which tools and their login actions export credentials: GitHub, AWS, Azure, Google, npm, Docker, Kubernetes,
 * Vault, SSH, Terraform.
 */
const credentials = new RegExp(
  `^(?:${[
    'GITHUB_.*|GH_TOKEN|GH_ENTERPRISE_TOKEN|GITLAB_TOKEN',
    'AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|SECURITY_TOKEN|WEB_IDENTITY_TOKEN_FILE|CONTAINER_.*)',
    'AZURE_(?:CLIENT_SECRET|CLIENT_CERTIFICATE.*|PASSWORD|ACCESS_TOKEN|CREDENTIALS|STORAGE_(?:KEY|SAS_TOKEN|CONNECTION_STRING))',
    'ARM_(?:CLIENT_SECRET|ACCESS_KEY|SAS_TOKEN|OIDC_.*)',
    'GOOGLE_(?:APPLICATION_CREDENTIALS|GHA_CREDS_PATH|OAUTH_ACCESS_TOKEN|CREDENTIALS)|GCLOUD_.*TOKEN|CLOUDSDK_AUTH_.*',
    'NODE_AUTH_TOKEN|NPM_TOKEN|NPM_CONFIG_.*AUTH.*|YARN_NPM_AUTH_.*',
    'DOCKER_(?:PASSWORD|TOKEN|AUTH_CONFIG|CONFIG)|REGISTRY_AUTH_FILE',
    'KUBECONFIG|KUBE_TOKEN|KUBERNETES_.*TOKEN',
    'VAULT_TOKEN|VAULT_SECRET_ID|TF_TOKEN_.*|SSH_AUTH_SOCK|SSH_PRIVATE_KEY',
  ].join('|')})$`,
  'i',
);

/** Why a name cannot be used in `${env.NAME}`, whatever is allowed; `undefined` where nothing is in the way. */
export const refuseName = (name: string): string | undefined =>
  neverGiven.test(name) ? `\`\${env.${name}}\` is a secret of the step itself and is not handed on` : undefined;

/** Why a variable is not handed on in this run; `undefined` where nothing is in the way. */
export function refuseVariable(name: string, value: string, { allowed, tokens }: EnvironmentRules): string | undefined {
  const shown = `\`\${env.${name}}\``;
  if (tokens.some((token) => value.includes(token))) return `${shown} holds a token of this run and is not handed on`;
  if (allowed)
    return allowed.includes(name)
      ? undefined
      : `${shown} is not handed on: the input \`placeholder-env\` does not list \`${name}\``;
  if (credentials.test(name))
    return `${shown} is not handed on: tools keep credentials of the job under this name. Give the value another name in \`env:\`, or list \`${name}\` in the input \`placeholder-env\``;
  return undefined;
}
