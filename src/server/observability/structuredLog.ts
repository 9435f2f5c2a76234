import { mkdirSync } from 'node:fs';
import { pino, type Logger } from 'pino';
import { createStream, type RotatingFileStream } from 'rotating-file-stream';
import { PilotError } from '../../engine/errors.ts';
import { errorText, type LogEntry, type LogLevel } from '../../engine/observability/logger.ts';
import { JoinedLines } from './joinedLines.ts';
import { StderrStream } from './stderrStream.ts';

export interface LogRules {
  readonly level: LogLevel;
  /** Undefined: no files. */
  readonly folder: string | undefined;
  readonly fileBytes: number;
  readonly files: number;
  readonly version: string;
}

const LEVELS: Readonly<Record<LogLevel, number>> = { debug: 20, info: 30, warning: 40, error: 50 };
const PINO_LEVELS = { warning: LEVELS.warning } as const;
const NAMES = new Map<number, string>(Object.entries(LEVELS).map(([name, number]) => [number, name]));

/** JSON lines on stderr and, where wanted, in files: one for all, one for errors alone. stdout belongs to the protocol. */
export class StructuredLog {
  readonly #logger: Logger<'warning'>;
  readonly #files: readonly JoinedLines[];
  readonly #stderr = new StderrStream();

  constructor({ level, folder, fileBytes, files: maxFiles, version }: LogRules) {
    const open = (name: string): RotatingFileStream =>
      createStream(name, {
        path: folder ?? '',
        size: `${String(fileBytes)}B` as `${number}B`,
        maxFiles,
        mode: 0o600,
        history: `.${name}.history`,
      });
    if (folder !== undefined) prepare(folder);
    const [all, errors] = folder === undefined ? [] : [open('mysql-pilot.log'), open('mysql-pilot-errors.log')];
    const files = [all, errors].filter((file) => file !== undefined);
    this.#files = files.map((file) => new JoinedLines(file));
    const [allLines, errorLines] = this.#files;
    const streams = [
      { level: LEVELS[level], stream: this.#stderr },
      ...(allLines === undefined ? [] : [{ level: LEVELS[level], stream: allLines }]),
      ...(errorLines === undefined ? [] : [{ level: LEVELS.error, stream: errorLines }]),
    ];
    for (const file of files)
      file.on('error', (error) => {
        // Without a log of its own the program goes on; who reads stderr learns why.
        this.#stderr.write(
          `${JSON.stringify({ timestamp: new Date().toISOString(), level: 'error', logger: 'server', message: `A log file can't be written: ${error.message}` })}\n`,
        );
      });
    this.#logger = pino(
      {
        level,
        customLevels: PINO_LEVELS,
        base: { pid: process.pid, version },
        messageKey: 'message',
        timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
        formatters: { level: (_, number) => ({ level: NAMES.get(number) }) },
      },
      pino.multistream(streams as Parameters<typeof pino.multistream>[0]),
    );
  }

  write({ level, logger, message, context, metrics, error }: LogEntry): void {
    this.#logger[level]({ logger, context, metrics, error: errorText(error) }, message);
  }

  async close(): Promise<void> {
    await Promise.all([this.#stderr.close(), ...this.#files.map((file) => file.close())]);
  }
}

function prepare(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new PilotError('file.failed', `Log files can't be stored in ${folder}: ${(error as Error).message}`, {
      nextStep: 'Make the folder writable, or use another one (MYSQL_LOG_DIR, log.folder).',
      cause: error,
    });
  }
}
