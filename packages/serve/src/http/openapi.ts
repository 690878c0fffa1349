import * as z from 'zod';
import type { AnswerSpec, Endpoint } from './endpoint.ts';
import { PROBLEMS, type ProblemKind } from './problem.ts';

type Json = Record<string, unknown>;

/** Endpoints under one prefix: those of the default model lie at the root, every model's under its name. */
export interface Mounted {
  readonly prefix: string;
  readonly endpoints: readonly Endpoint[];
}

/** Problems that any address may answer with: 401 and 429 where keys and limits are on, 500 never hopefully. */
const EVERYWHERE: readonly ProblemKind[] = [
  'invalid-parameter',
  'unauthorized',
  'too-many-requests',
  'internal',
];

/** The OpenAPI 3.1 document of the same endpoints that are routed. */
export function openApiDocument(mounted: readonly Mounted[], version: string): Json {
  const paths: Record<string, Json> = {};
  for (const { prefix, endpoints } of mounted) {
    for (const endpoint of endpoints) {
      const path = prefix + endpoint.path;
      paths[path] = { ...paths[path], [endpoint.method]: operation(endpoint, prefix) };
    }
  }
  const kinds = Object.entries(PROBLEMS).map(
    ([kind, { status, title }]) => `- \`${kind}\` (${status}): ${title}`,
  );
  return {
    openapi: '3.1.0',
    info: {
      title: 'infogan-kit',
      version,
      description: `Pictures whose codes mean something. Errors are problem documents (RFC 9457) of these types:\n\n${kinds.join('\n')}`,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    paths,
    components: { schemas: { Problem: PROBLEM_SCHEMA, V2Error: V2_ERROR_SCHEMA } },
  };
}

function operation(endpoint: Endpoint, prefix: string): Json {
  const parameters = [
    ...Object.entries(endpoint.params ?? {}).map((entry) => parameter('path', entry)),
    ...Object.entries(endpoint.query ?? {}).map((entry) => parameter('query', entry)),
  ];
  const { body } = endpoint;
  return {
    operationId: `${endpoint.method} ${prefix}${endpoint.path}`.replaceAll(/\W+/g, '_').replace(/_$/, ''),
    tags: [prefix === '' ? endpoint.tag : `${endpoint.tag}: ${prefix.slice('/models/'.length)}`],
    summary: endpoint.summary,
    ...(endpoint.description === undefined ? {} : { description: endpoint.description }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body === undefined
      ? {}
      : { requestBody: { description: body.description, required: true, content: contentOf(body.content) } }),
    responses: { ...mapValues(endpoint.answers, answer), ...problemResponses(endpoint) },
  };
}

function parameter(where: 'path' | 'query', [name, schema]: [string, unknown]): Json {
  const { description, rule: _rule, ...rest } = jsonSchema(schema as z.ZodType);
  return { name, in: where, required: where === 'path', description, schema: rest };
}

function answer({ description, content, headers = {} }: AnswerSpec): Json {
  return {
    description,
    ...(Object.keys(content).length > 0 ? { content: contentOf(content) } : {}),
    ...(Object.keys(headers).length > 0
      ? { headers: mapValues(headers, (text) => ({ description: text, schema: { type: 'string' } })) }
      : {}),
  };
}

function problemResponses(endpoint: Endpoint): Json {
  const titles = new Map<number, string[]>();
  for (const kind of new Set([...EVERYWHERE, ...endpoint.problems])) {
    const { status, title } = PROBLEMS[kind];
    if (endpoint.answers[status] !== undefined) continue;
    titles.set(status, [...(titles.get(status) ?? []), title]);
  }
  const [type, schema] =
    endpoint.errors === 'v2' ? ['application/json', 'V2Error'] : ['application/problem+json', 'Problem'];
  const content = { [type]: { schema: { $ref: `#/components/schemas/${schema}` } } };
  return Object.fromEntries(
    [...titles].map(([status, list]) => [String(status), { description: list.join('. '), content }]),
  );
}

function contentOf(content: Readonly<Record<string, z.ZodType | null>>): Json {
  return mapValues(content, (schema) => (schema === null ? {} : { schema: jsonSchema(schema) }));
}

/** What a value looks like once it was read: that is what its text stands for. */
function jsonSchema(schema: z.ZodType): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io: 'output',
    unrepresentable: 'any',
  }) as Json;
  return rest;
}

function mapValues<T>(record: Readonly<Record<string, T>>, map: (value: T) => unknown): Json {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

const PROBLEM_SCHEMA = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    requestId: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['parameter', 'in', 'rule', 'got'],
        properties: {
          parameter: { type: 'string' },
          in: { enum: ['path', 'query', 'body', 'header'] },
          rule: { type: 'string' },
          got: {},
        },
      },
    },
  },
};

const V2_ERROR_SCHEMA = { type: 'object', required: ['error'], properties: { error: { type: 'string' } } };
