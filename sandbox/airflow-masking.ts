/** Names that hide their values (Airflow, DEFAULT_SENSITIVE_FIELDS). */
const sensitive = [
  'access_token', 'api_key', 'apikey', 'authorization', 'passphrase', 'passwd', 'password', 'private_key', 'secret', 'token', 'keyfile_dict', 'service_account',
]; // prettier-ignore

function isSensitive(name: string): boolean {
  return sensitive.some((word) => name.toLowerCase().includes(word));
}

/** A value as Airflow shows it: texts below a sensitive name are masked, numbers are not. */
export function redact(value: unknown, name = ''): unknown {
  if (isSensitive(name)) return redactAll(value);
  return mapMembers(value, redact);
}

function redactAll(value: unknown): unknown {
  return typeof value === 'string' ? '***' : mapMembers(value, redactAll);
}

function mapMembers(value: unknown, change: (member: unknown, name?: string) => unknown): unknown {
  if (Array.isArray(value)) return value.map((entry) => change(entry));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, change(member, key)]));
}

/** JSON text as Airflow shows it; other text as it is, unless its name is sensitive. */
export function redactText(text: string, name = ''): string {
  try {
    return pythonJson(redact(JSON.parse(text), name));
  } catch {
    return isSensitive(name) ? '***' : text;
  }
}

/** JSON in the layout of Python's `json.dumps`: blanks after separators, nothing but ASCII. */
function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, member]) => `${pythonJson(key)}: ${pythonJson(member)}`)
      .join(', ')}}`;
  return JSON.stringify(value).replace(
    /[^\0-\x7f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** What a later Airflow 3 stores: where a mask is sent back, the value that it hides. */
export function unmasked(sent: unknown, stored: unknown): unknown {
  if (sent === '***') return stored;
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) return sent;
  const before = (typeof stored === 'object' && stored !== null ? stored : {}) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(sent).map(([key, member]) => [key, unmasked(member, before[key])]));
}
