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

/** The last lines of a program that failed, and what to say without them. */
export interface ProgramOutput {
  readonly sentence: string;
  readonly lines: readonly string[];
}

/**
 * A mistake or a state that the user can mend: what is wrong, where, what to do. Shown without a stack.
 * Several problems of one file travel in one error, so that the user sees all of them in one run.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly problems: readonly Problem[];
  readonly output: ProgramOutput | undefined;

  constructor(
    message: string,
    options: { problems?: readonly Problem[]; at?: Position; cause?: unknown; output?: ProgramOutput } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.output = options.output;
    this.problems = options.problems ?? [{ message, ...(options.at && { at: options.at }) }];
  }
}

/** What Astro said about one member of a refused request. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** The systems whose APIs the Action calls. */
export type System = 'astro' | 'airflow' | 'github';

/** What is known about a failed request. */
export interface ApiFacts {
  readonly system: System;
  /** What failed, and why. */
  readonly message: string;
  /** What to do: always the end of the whole message. */
  readonly advice?: string;
  readonly method: string;
  readonly path: string;
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  /** Whether the request may have taken effect: 'no' only where it was never sent or was refused. */
  readonly applied: 'no' | 'maybe';
  readonly requestId?: string | undefined;
  readonly fieldErrors?: readonly FieldError[];
  /** What the system said, in its own words. */
  readonly detail?: string | undefined;
  /** Milliseconds that the system asked to wait before the next try. */
  readonly retryAfter?: number | undefined;
  /** The time that the run may spend waiting was used up. */
  readonly outOfTime?: boolean;
  readonly cause?: unknown;
}

/** A system answered with an error status, or with something that is no usable answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** The message without its advice. */
  readonly said: string;
  readonly advice: string;
  readonly system: System;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly requestId: string | undefined;
  readonly fieldErrors: readonly FieldError[];
  readonly detail: string | undefined;
  readonly applied: 'no' | 'maybe';
  readonly retryAfter: number | undefined;
  readonly outOfTime: boolean;

  constructor(facts: ApiFacts) {
    const { message, advice = '', cause } = facts;
    super(`${message} ${advice}`.trim(), cause === undefined ? {} : { cause });
    this.said = message;
    this.advice = advice;
    this.system = facts.system;
    this.method = facts.method;
    this.path = facts.path;
    this.status = facts.status;
    this.requestId = facts.requestId;
    this.fieldErrors = facts.fieldErrors ?? [];
    this.detail = facts.detail;
    this.applied = facts.applied;
    this.retryAfter = facts.retryAfter;
    this.outOfTime = facts.outOfTime ?? false;
  }

  /** The same failure with one more sentence before its advice, or with other facts. */
  because(sentence: string, facts: Partial<ApiFacts> = {}): ApiError {
    const message = `${this.said} ${sentence}`.trim();
    return new ApiError({ ...(this as ApiFacts), cause: this.cause, ...facts, message });
  }
}
