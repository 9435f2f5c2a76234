import {
  context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
  type TextMapGetter,
  type Tracer,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { SERVER_NAME } from '../../identity.ts';
import type { StatementEvent } from '../../engine/observability/statementEvents.ts';
import { withTimeout } from '../../engine/timeout.ts';
import type { TracedCall, TracedOutcome, Tracing } from './tracing.ts';

export interface TraceRules {
  /** Where spans go, as OTLP over HTTP. */
  readonly endpoint: string;
  readonly version: string;
}

/** For the last spans, where somebody takes them. */
const FLUSH_MS = 2000;

/**
 * Spans for a collector. They hold no text of a statement and no value.
 * @see https://opentelemetry.io/docs/specs/semconv/database/mysql/ (names of attributes)
 */
export class OpenTelemetry implements Tracing {
  readonly #provider: TracerProvider;
  readonly #tracer: Tracer;
  readonly #propagator = new W3CTraceContextPropagator();

  constructor({ endpoint, version }: TraceRules) {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': SERVER_NAME, 'service.version': version }),
      spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: endpoint }) })],
    });
    this.#tracer = this.#provider.getTracer(SERVER_NAME, version);
  }

  async inSpan<T extends TracedOutcome>({ tool, client, ...sent }: TracedCall, work: () => Promise<T>): Promise<T> {
    const attributes = {
      'mcp.method.name': 'tools/call',
      'gen_ai.tool.name': tool,
      ...(client === undefined ? {} : { 'mcp.client.name': client }),
    };
    const parent = this.#parentOf(sent);
    const span = this.#tracer.startSpan(`tools/call ${tool}`, { kind: SpanKind.SERVER, attributes }, parent);
    try {
      const outcome = await context.with(trace.setSpan(parent, span), work);
      fail(span, outcome.failure);
      return outcome;
    } finally {
      span.end();
    }
  }

  /** A statement that has ended just now, below the call that has sent it. */
  observe(connection: string, { type, milliseconds, rows, error }: StatementEvent): void {
    const end = Date.now();
    const attributes = {
      'db.system.name': 'mysql',
      'db.operation.name': type,
      'mysql_pilot.connection': connection,
      'db.response.returned_rows': rows,
    };
    const span = this.#tracer.startSpan(
      `${type} ${connection}`,
      { kind: SpanKind.CLIENT, startTime: end - milliseconds, attributes },
      context.active(),
    );
    fail(span, error);
    span.end(end);
  }

  async close(): Promise<void> {
    await withTimeout(FLUSH_MS, this.#provider.shutdown());
  }

  #parentOf(sent: Pick<TracedCall, 'traceparent' | 'tracestate'>): Context {
    const getter: TextMapGetter<typeof sent> = {
      get: (carrier, key) => (key === 'traceparent' || key === 'tracestate' ? carrier[key] : undefined),
      keys: (carrier) => Object.keys(carrier),
    };
    return this.#propagator.extract(ROOT_CONTEXT, sent, getter);
  }
}

function fail(span: Span, error: string | undefined): void {
  if (error !== undefined) span.setAttribute('error.type', error).setStatus({ code: SpanStatusCode.ERROR, message: error });
}
