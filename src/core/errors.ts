/** A place in a file of the user's repository; `line` and `column` count from 1, as annotations do. */
export interface Position {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** One thing that is wrong, and where; becomes one annotation. */
export interface Problem {
  readonly message: string;
  readonly at?: Position;
}

/**
 * A mistake or a state that the user can mend: what is wrong, where, what to do. Shown without a stack.
 * Several problems of one file travel in one error, so that the user sees all of them in one run.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly problems: readonly Problem[];

  constructor(message: string, options: { problems?: readonly Problem[]; at?: Position; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.problems = options.problems ?? [{ message, ...(options.at && { at: options.at }) }];
  }
}

/** What Astro said about one member of a refused request. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/**
 * Astro answered with an error status, or with something that is no answer (`status` 0: none came back).
 * `applied` tells whether the request may have taken effect: 'no' only where it was never sent or was refused.
 */
export class AstroApiError extends Error {
  override readonly name = 'AstroApiError';
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly requestId: string | undefined;
  readonly fieldErrors: readonly FieldError[];
  readonly applied: 'no' | 'maybe';
  /** Milliseconds that Astro asked to wait before the next try. */
  readonly retryAfter: number | undefined;

  constructor(facts: {
    message: string;
    method: string;
    path: string;
    status: number;
    applied: 'no' | 'maybe';
    requestId?: string | undefined;
    fieldErrors?: readonly FieldError[];
    retryAfter?: number | undefined;
    cause?: unknown;
  }) {
    super(facts.message, facts.cause === undefined ? {} : { cause: facts.cause });
    this.method = facts.method;
    this.path = facts.path;
    this.status = facts.status;
    this.requestId = facts.requestId;
    this.fieldErrors = facts.fieldErrors ?? [];
    this.applied = facts.applied;
    this.retryAfter = facts.retryAfter;
  }
}
