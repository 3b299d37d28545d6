import * as core from '@actions/core';
import type { Position } from '../core/errors.ts';
import { neutralise, redact, spellings } from '../core/text.ts';

/** What the program says, and the only way to say it: every text is redacted and made harmless first. */
export interface Log {
  readonly info: (text: string) => void;
  readonly debug: (text: string) => void;
  readonly notice: (text: string, at?: Position) => void;
  readonly warning: (text: string, at?: Position) => void;
  readonly error: (text: string, at?: Position) => void;
  /** Runs `work` in a collapsible group of the log. */
  readonly group: <T>(title: string, work: () => Promise<T>) => Promise<T>;
  /** From here on the value and its usual encodings are masked, by the runner and by us. Warns when it is too short to be one. */
  readonly secret: (value: string, name: string) => void;
  /** The text without secrets, for what comes from outside: before it is trimmed, cut or put into a message. */
  readonly redact: (text: string) => string;
  /** The text without secrets and without workflow commands, for sinks other than the log. */
  readonly clean: (text: string) => string;
}

/** A log that writes workflow commands to standard output (docs.github.com, "Workflow commands"). */
export function createLog(): Log {
  const secrets = new Set<string>();
  const withoutSecrets = (text: string): string => redact(text, secrets);
  const clean = (text: string): string => neutralise(withoutSecrets(text));
  const properties = (at?: Position): core.AnnotationProperties => ({
    ...(at && { file: clean(at.file) }),
    ...(at?.line !== undefined && { startLine: at.line }),
    ...(at?.column !== undefined && { startColumn: at.column }),
  });
  return {
    info: (text) => {
      core.info(clean(text));
    },
    debug: (text) => {
      // The runner hides these lines unless step debug logging is on, which sets RUNNER_DEBUG.
      if (core.isDebug()) core.debug(clean(text));
    },
    notice: (text, at) => {
      core.notice(clean(text), properties(at));
    },
    warning: (text, at) => {
      core.warning(clean(text), properties(at));
    },
    error: (text, at) => {
      core.error(clean(text), properties(at));
    },
    group: (title, work) => core.group(clean(title), work),
    secret: (value, name) => {
      const found = spellings(value);
      if (found.length === 0 && value.trim() !== '') {
        core.warning(
          `${name} has fewer than 6 characters: too short to be masked in the log without blanking other text. Use a longer secret.`,
        );
      }
      for (const spelling of found) {
        secrets.add(spelling);
        core.setSecret(spelling);
      }
    },
    redact: withoutSecrets,
    clean,
  };
}
