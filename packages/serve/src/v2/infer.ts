import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { parseJson, readBody } from '../http/body.ts';
import { exchangeOf } from '../observe/exchange.ts';
import type { TensorData } from '../pool/protocol.ts';
import type { Service } from '../service.ts';
import type { V2Model } from './models.ts';
import { checkClasses, checkShape, datatypeOf, fromBinary, fromJson, portsOf, refuse } from './tensors.ts';

const MOST_ROWS = 1024;
const BINARY_HEADER = 'Inference-Header-Content-Length';

const Parameters = z.record(z.string(), z.unknown()).optional();

/** The JSON part of a request. Fields that other servers know are let pass, as the protocol asks. */
export const InferRequest = z.looseObject({
  id: z.string().max(256).optional(),
  parameters: Parameters,
  inputs: z
    .array(
      z.looseObject({
        name: z.string(),
        shape: z.array(z.int().min(0)).max(8),
        datatype: z.string(),
        parameters: Parameters,
        data: z.array(z.unknown()).optional(),
      }),
    )
    .min(1)
    .max(64),
  outputs: z
    .array(z.looseObject({ name: z.string(), parameters: Parameters }))
    .max(64)
    .optional(),
});
type InferRequest = z.infer<typeof InferRequest>;

/** `POST /v2/models/{m}/infer`: JSON tensors, or the binary tensor extension. */
export async function infer(
  service: Service,
  { model, graph, name }: V2Model,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { asked, binary } = split(request, await readBody(request, service.limits.maxBody));
  const ports = portsOf(model.manifest, graph);
  const feeds = readInputs(asked, ports.inputs, binary);
  if (graph === 'generator') checkClasses(model.manifest.latent, feeds);
  const wanted = asked.outputs?.map((output) => output.name) ?? ports.outputs.map((port) => port.name);
  const unknown = wanted.find((output) => !ports.outputs.some((port) => port.name === output));
  if (unknown !== undefined || wanted.length === 0) {
    const known = ports.outputs.map((port) => port.name).join(', ');
    throw refuse(`outputs must be among ${known}; got ${unknown ?? 'none'}`);
  }
  const results = await service.pool.run(model.key, 'infer', { graph, feeds, wanted }, response);

  const allBinary = asked.parameters?.['binary_data_output'] === true;
  const blobs: Uint8Array[] = [];
  const outputs = wanted.map((output, i) => {
    const { dims, data } = results[output]!;
    const port = ports.outputs.find((candidate) => candidate.name === output)!;
    const head = { name: output, datatype: datatypeOf(port), shape: dims };
    const chosen = asked.outputs?.[i]?.parameters?.['binary_data'];
    if (!(typeof chosen === 'boolean' ? chosen : allBinary))
      return { ...head, data: Array.from(data, Number) };
    blobs.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return { ...head, parameters: { binary_data_size: data.byteLength } };
  });
  const answer = { model_name: name, model_version: model.version, id: asked.id, outputs };
  const json = Buffer.from(JSON.stringify(answer));
  const body = blobs.length === 0 ? json : Buffer.concat([json, ...blobs]);
  response.writeHead(200, {
    'Content-Type': blobs.length === 0 ? 'application/json' : 'application/octet-stream',
    'Content-Length': body.length,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Request-Id': exchangeOf(response).id,
    ...(blobs.length === 0 ? {} : { [BINARY_HEADER]: json.length }),
  });
  response.end(body);
}

/** The JSON at the head of a body, and the tensors' bytes after it. */
function split(request: IncomingMessage, body: Buffer): { asked: InferRequest; binary: Buffer } {
  const header = request.headers[BINARY_HEADER.toLowerCase()];
  const length = header === undefined ? body.length : Number(header);
  if (!Number.isSafeInteger(length) || length < 0 || length > body.length) {
    throw refuse(`${BINARY_HEADER} must be a number of bytes up to ${body.length}; got ${String(header)}`);
  }
  const result = InferRequest.safeParse(parseJson(body.subarray(0, length)));
  if (result.success) return { asked: result.data, binary: body.subarray(length) };
  const [issue] = result.error.issues;
  throw refuse(
    `the request breaks the protocol at ${issue!.path.join('.') || 'its head'}: ${issue!.message}`,
  );
}

function readInputs(
  asked: InferRequest,
  ports: ReturnType<typeof portsOf>['inputs'],
  binary: Buffer,
): Record<string, TensorData> {
  const feeds: Record<string, TensorData> = {};
  let at = 0;
  for (const { name, datatype, shape, data, parameters } of asked.inputs) {
    const port = ports.find((candidate) => candidate.name === name);
    if (port === undefined || feeds[name] !== undefined) {
      const known = ports.map((candidate) => candidate.name).join(', ');
      throw refuse(`inputs must be ${known}, each once; got ${name.slice(0, 60)}`);
    }
    const length = checkShape(port, datatype, shape, MOST_ROWS);
    const size = parameters?.['binary_data_size'];
    if (size !== undefined && (!Number.isSafeInteger(size) || (size as number) < 0)) {
      throw refuse(`input ${name}: binary_data_size must be a number of bytes; got ${JSON.stringify(size)}`);
    }
    const end = at + ((size as number | undefined) ?? 0);
    const values =
      size === undefined ? fromJson(port, data, length) : fromBinary(port, binary.subarray(at, end), length);
    at = end;
    feeds[name] = { dtype: port.dtype, dims: shape, data: values };
  }
  const missing = ports.find((port) => feeds[port.name] === undefined);
  if (missing !== undefined) throw refuse(`input ${missing.name} is missing`);
  const rows = new Set(Object.values(feeds).map(({ dims }) => dims[0]));
  if (rows.size > 1) throw refuse(`all inputs must have as many rows; got ${[...rows].join(' and ')}`);
  return feeds;
}
