import type { Advice } from './advice.ts';

/** What went wrong, as a stable name that code, tests and models can rely on. */
export const ERROR_CODES = [
  'url.invalid',
  'host.unreachable',
  'login.refused',
  'database.unknown',
  'tls.failed',
  'ssh.failed',
  'ssh.hostKey',
  'connection.lost',
  'session.lost',
  'connection.unknown',
  'connection.limit',
  'readOnly.notEnforced',
  'secret.missing',
  'statement.refused',
  'statement.failed',
  'statement.canceled',
  'statement.timeout',
  'rate.limited',
  'approval.denied',
  'approval.expired',
  'write.changed',
  'write.unknown',
  'object.unknown',
  'cursor.unknown',
  'input.invalid',
  'file.failed',
  'broker.unavailable',
  'broker.refused',
  'internal',
] as const;

/** One of these names. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** What the reader can do now. Holds nothing that comes from a database: it stands outside of the boundary. */
interface NextStep {
  /** By its name, from whoever does not know who reads it. */
  readonly advice?: Advice | undefined;
  /** In words, from whoever does: one sentence, imperative. */
  readonly nextStep?: string | undefined;
}

/** What an error says besides its code and message. */
export interface ErrorDetails extends NextStep {
  /** MySQL's error number, where the server gave one. */
  readonly errno?: number | undefined;
  /** MySQL's SQLSTATE, where the server gave one. */
  readonly sqlState?: string | undefined;
  /** What else helps, with names or texts from the database in it: a model must be able to tell it from what we say. */
  readonly evidence?: string | undefined;
  /**
   * The message holds text of a server, of its certificate or of the driver, which repeats both. Left out it is taken to, where there is an `errno`, or a `cause` that is no error of this machine: who
   * words an error anew repeats the other one as a rule. False where all of the message is ours or the caller's own.
   */
  readonly untrusted?: boolean | undefined;
  readonly cause?: unknown;
}

/** The shape in which an error crosses a process border; it holds no secret and no stack. */
export interface ErrorDto extends NextStep {
  readonly code: ErrorCode;
  readonly message: string;
  readonly errno?: number | undefined;
  readonly sqlState?: string | undefined;
  readonly evidence?: string | undefined;
  readonly untrusted?: boolean | undefined;
}

/** The only error that is shown to a user or a model: its message names the cause, `advice` or `nextStep` what to do. */
export class PilotError extends Error implements NextStep {
  override readonly name = 'PilotError';
  readonly code: ErrorCode;
  readonly advice: Advice | undefined;
  readonly nextStep: string | undefined;
  readonly errno: number | undefined;
  readonly sqlState: string | undefined;
  readonly evidence: string | undefined;
  readonly untrusted: boolean | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.advice = details.advice;
    this.nextStep = details.nextStep;
    this.errno = details.errno;
    this.sqlState = details.sqlState;
    this.evidence = details.evidence;
    this.untrusted = details.untrusted;
  }
}

/** The same error with something more to go by. */
export function withEvidence(error: PilotError, evidence: string, advice = error.advice): PilotError {
  const { code, message, nextStep, errno, sqlState, untrusted, cause } = error;
  const all = error.evidence === undefined ? evidence : `${error.evidence}\n${evidence}`;
  return new PilotError(code, message, { advice, nextStep, errno, sqlState, evidence: all, untrusted, cause });
}

/** By name and not by `instanceof`: the class is bundled once into each program and once into the engine they share. */
export function isPilotError(error: unknown, code?: ErrorCode): error is PilotError {
  return error instanceof Error && error.name === 'PilotError' && (code === undefined || ('code' in error && error.code === code));
}

/** Any thrown value as a PilotError; what nobody foresaw becomes `internal` and keeps its cause. */
export function toPilotError(error: unknown): PilotError {
  if (isPilotError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new PilotError('internal', message, { advice: 'statement.report', untrusted: true, cause: error });
}

/** An error as it travels over a socket; the cause stays behind. */
export function toErrorDto(error: unknown): ErrorDto {
  const known = toPilotError(error);
  const { code, message, advice, nextStep, errno, sqlState, evidence, untrusted } = known;
  const told = untrusted ?? (errno === undefined && isUntrusted(known) ? true : undefined);
  return { code, message, advice, nextStep, errno, sqlState, evidence, ...(told === undefined ? {} : { untrusted: told }) };
}

/** Its message may hold text of a server. */
export function isUntrusted({ untrusted, errno, cause }: PilotError): boolean {
  return untrusted ?? (errno !== undefined || (cause !== undefined && !isOfThisMachine(cause)));
}

/** An error of a call of the system: it names the call, files and addresses of the configuration, and nothing that a server has said. */
export function isOfThisMachine(cause: unknown): boolean {
  const { syscall, code } = cause as NodeJS.ErrnoException;
  return cause instanceof Error && typeof syscall === 'string' && /^E[A-Z0-9]+$/.test(code ?? '');
}

/** An error as it came over a socket. */
export function fromErrorDto(dto: ErrorDto): PilotError {
  const { code, message, ...details } = dto;
  return new PilotError(code, message, details);
}
