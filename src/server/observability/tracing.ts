/** Makes a span of each call, with those of its statements below it. */
export interface Tracing {
  /** Runs a call within its span, which joins the trace of the client where it sends one. */
  inSpan<T extends TracedOutcome>(call: TracedCall, work: () => Promise<T>): Promise<T>;
}

export interface TracedCall {
  readonly tool: string;
  readonly client: string | undefined;
  /** W3C Trace Context, as MCP clients send it in `_meta`. */
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
}

export interface TracedOutcome {
  /** The code of what went wrong. */
  readonly failure: string | undefined;
}

/** For starts that trace nothing. */
export const NO_TRACING: Tracing = { inSpan: (_, work) => work() };
