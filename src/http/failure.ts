/** No answer came. `sent` is false only when the connection was never made, so that the request cannot have been seen. */
export class HttpFailure extends Error {
  override readonly name: string = 'HttpFailure';
  readonly sent: boolean;
  /** The time that the caller gave for the whole request was used up. */
  readonly outOfTime: boolean;
  constructor(message: string, sent: boolean, cause?: unknown, outOfTime = false) {
    super(message, cause === undefined ? {} : { cause });
    this.sent = sent;
    this.outOfTime = outOfTime;
  }
}

/** The answer was longer than what is taken: asking for less may help, asking again does not. */
export class AnswerTooLarge extends HttpFailure {
  override readonly name = 'AnswerTooLarge';
}

/** How far a request has come. */
export interface Progress {
  /** The connection was made: the request may have been seen. */
  sent: boolean;
  /** The headers of the answer have come. */
  answering: boolean;
}

/** What an error of the connection means. */
export function failureOf(
  error: NodeJS.ErrnoException,
  host: string,
  { sent, answering }: Readonly<Progress>,
): HttpFailure {
  const { code = '' } = error;
  const why = (): string => {
    if (answering) return `${host} broke off its answer (${code})`;
    if (code.startsWith('HPE_')) return `${host} answered with something that is not HTTP (${code})`;
    if (sent) return `${host} closed the connection without an answer (${code})`;
    if (code === 'ECONNREFUSED') return `${host} refused the connection`;
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the name of ${host} could not be looked up (${code})`;
    if (/^(?:CERT_|DEPTH_|SELF_|UNABLE_|ERR_TLS_CERT)/.test(code)) {
      return `${host}: certificate not trusted: ${error.message}. The certificate of a company's own proxy belongs into NODE_EXTRA_CA_CERTS`;
    }
    return `no connection to ${host} (${code === '' ? error.message : code})`;
  };
  return new HttpFailure(why(), sent, error);
}

/** A length of time in messages. */
export function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 10) / 100} s`;
}
