import type { IncomingHttpHeaders } from 'node:http';

/** One answered request, as a trace sees it. */
export interface Traced {
  readonly method: string;
  readonly route: string;
  readonly code: number;
  readonly requestId: string;
  readonly headers: IncomingHttpHeaders;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
}

export interface Tracing {
  record(request: Traced): void;
  /** Sends what is left. */
  stop(): Promise<void>;
}

/**
 * OpenTelemetry, where the environment names a collector as the OpenTelemetry specification has it
 * (OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SERVICE_NAME …): a span per request, under the caller's `traceparent`.
 * Nothing is loaded otherwise.
 */
export async function startTracing(env: NodeJS.ProcessEnv = process.env): Promise<Tracing | null> {
  if (!env['OTEL_EXPORTER_OTLP_ENDPOINT'] && !env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']) return null;
  // the reference implementation, sampling, batching and retries included
  const { ROOT_CONTEXT, SpanKind, SpanStatusCode, propagation } = await import('@opentelemetry/api');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const { BatchSpanProcessor, NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node');
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': env['OTEL_SERVICE_NAME'] ?? 'infogan-serve' }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  const tracer = provider.getTracer('infogan-serve');
  return {
    record({ method, route, code, requestId, headers, start, end }) {
      const attributes = {
        'http.request.method': method,
        'http.route': route,
        'http.response.status_code': code,
        'request.id': requestId,
      };
      const parent = propagation.extract(ROOT_CONTEXT, headers);
      const options = { kind: SpanKind.SERVER, startTime: start, attributes };
      const span = tracer.startSpan(`${method} ${route}`, options, parent);
      if (code >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end(end);
    },
    stop: () => provider.shutdown(),
  };
}
