/** What went wrong, as a stable name that code, tests and models can rely on. */
export type ErrorCode =
  | 'url.invalid'
  | 'host.unreachable'
  | 'login.refused'
  | 'database.unknown'
  | 'tls.failed'
  | 'connection.lost'
  | 'connection.unknown'
  | 'connection.limit'
  | 'fence.missing'
  | 'secret.missing'
  | 'statement.refused'
  | 'statement.failed'
  | 'statement.cancelled'
  | 'statement.timeout'
  | 'object.unknown'
  | 'input.invalid'
  | 'broker.unavailable'
  | 'broker.refused'
  | 'internal';

export interface ErrorDetails {
  /** What the reader should do now: one sentence, imperative. */
  readonly nextStep: string;
  /** MySQL's error number, where the server gave one. */
  readonly errno?: number | undefined;
  /** MySQL's SQLSTATE, where the server gave one. */
  readonly sqlState?: string | undefined;
  readonly cause?: unknown;
}

/** The shape in which an error crosses a process border; it holds no secret and no stack. */
export interface ErrorDto {
  readonly code: ErrorCode;
  readonly message: string;
  readonly nextStep: string;
  readonly errno?: number | undefined;
  readonly sqlState?: string | undefined;
}

/** The only error that is shown to a user or a model as it is: its message names the cause, `nextStep` what to do. */
export class PilotError extends Error {
  override readonly name = 'PilotError';
  readonly code: ErrorCode;
  readonly nextStep: string;
  readonly errno: number | undefined;
  readonly sqlState: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.nextStep = details.nextStep;
    this.errno = details.errno;
    this.sqlState = details.sqlState;
  }
}

/** By name and not by `instanceof`: the class is bundled once into each program and once into the engine they share. */
export function isPilotError(error: unknown, code?: ErrorCode): error is PilotError {
  return error instanceof Error && error.name === 'PilotError' && (code === undefined || ('code' in error && error.code === code));
}

/** Any thrown value as a PilotError; what nobody foresaw becomes `internal` and keeps its cause. */
export function toPilotError(error: unknown): PilotError {
  if (isPilotError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new PilotError('internal', message, {
    nextStep: 'Try again; if it happens again, report it with the log of MySQL Pilot.',
    cause: error,
  });
}

export function toErrorDto(error: unknown): ErrorDto {
  const { code, message, nextStep, errno, sqlState } = toPilotError(error);
  return { code, message, nextStep, errno, sqlState };
}

export function fromErrorDto(dto: ErrorDto): PilotError {
  return new PilotError(dto.code, dto.message, { nextStep: dto.nextStep, errno: dto.errno, sqlState: dto.sqlState });
}

/** One text for people and models alike: code, errno, cause, next step. */
export function describeError(error: unknown): string {
  const { code, message, nextStep, errno } = toPilotError(error);
  const number = errno === undefined ? '' : ` (MySQL error ${String(errno)})`;
  return `${code}${number}: ${message}\nNext step: ${nextStep}`;
}
