import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { UserError } from '@infogan/contract';
import { Command, InvalidArgumentError, Option } from 'commander'; // commander: flags with readable help
import type { ModelSource } from './models/registry.ts';
import type { Device } from './pool/protocol.ts';
import { poolDefaults, type ServerOptions } from './server.ts';
import { checkModelName } from './v2/models.ts';

/** What the program needs beyond the server itself. */
export interface ProgramOptions {
  readonly server: ServerOptions;
  readonly drainMs: number;
  readonly graceMs: number;
  readonly logLevel: string;
}

const DEVICES = ['cpu', 'cuda', 'webgpu'] as const satisfies readonly Device[];
const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'];
const DEFAULT_MODEL = 'models/mnist';

function whole(low: number, high: number) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= low && value <= high) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${low} to ${high}.`);
  };
}

/** `DIR` or `name=DIR`, as often as wanted; in the environment a list with commas. */
function models(text: string, previous: ModelSource[] | undefined): ModelSource[] {
  const sources = text.split(',').map((item) => {
    const mark = item.indexOf('=');
    const directory = item.slice(mark + 1).replace(/(.)\/+$/, '$1');
    return { name: mark < 0 ? basename(directory) : item.slice(0, mark), directory };
  });
  return [...(previous ?? []), ...sources];
}

function program(): Command {
  const gpu = poolDefaults('cuda');
  const cpu = poolDefaults('cpu');
  const mib = 2 ** 20;
  const flag = (flags: string, description: string, env: string) => new Option(flags, description).env(env);
  return new Command('serve')
    .description(
      'Serves model directories over HTTP: pictures, sheets, reading, the Open Inference Protocol, a page.',
    )
    .helpOption('-h, --help', 'show this')
    .addOption(
      flag(
        '--model <[name=]dir>',
        `a model directory, repeatable; the first is the default (default: ${DEFAULT_MODEL})`,
        'INFOGAN_MODELS',
      ).argParser(models),
    )
    .addOption(
      flag('--port <n>', 'port to listen on, 0 = any free one', 'PORT')
        .default(3000)
        .argParser(whole(0, 65535)),
    )
    .addOption(
      flag('--host <address>', 'address to listen on; 0.0.0.0 = every one', 'HOST').default('127.0.0.1'),
    )
    .addOption(flag('--device <device>', 'what computes', 'INFOGAN_DEVICE').choices(DEVICES).default('cpu'))
    .addOption(
      flag(
        '--workers <n>',
        `threads that compute (default: ${cpu.workers} here, ${gpu.workers} on a GPU)`,
        'INFOGAN_WORKERS',
      ).argParser(whole(1, 256)),
    )
    .addOption(
      flag(
        '--max-batch <n>',
        `most pictures computed together (default: ${cpu.maxBatch}, ${gpu.maxBatch} on a GPU)`,
        'INFOGAN_MAX_BATCH',
      ).argParser(whole(1, 1024)),
    )
    .addOption(
      flag('--max-queue <n>', 'most requests that wait; more are answered with 503', 'INFOGAN_MAX_QUEUE')
        .default(cpu.maxQueue)
        .argParser(whole(1, 1_000_000)),
    )
    .addOption(
      flag(
        '--deadline-ms <n>',
        'a request that waited longer is dropped before it runs',
        'INFOGAN_DEADLINE_MS',
      )
        .default(cpu.deadlineMs)
        .argParser(whole(1, 600_000)),
    )
    .addOption(
      flag('--max-body <bytes>', 'longest body', 'INFOGAN_MAX_BODY')
        .default(8 * mib)
        .argParser(whole(1, 1024 * mib)),
    )
    .addOption(
      flag('--max-pixels <n>', 'largest uploaded picture', 'INFOGAN_MAX_PIXELS')
        .default(25_000_000)
        .argParser(whole(1, 1_000_000_000)),
    )
    .addOption(
      flag(
        '--rate-limit <n>',
        'requests a second and client, twice that in a burst (default: unlimited)',
        'INFOGAN_RATE_LIMIT',
      ).argParser(whole(1, 1_000_000)),
    )
    .addOption(
      flag(
        '--trust-proxy <hops>',
        'proxies in front whose X-Forwarded-For is believed',
        'INFOGAN_TRUST_PROXY',
      )
        .default(0)
        .argParser(whole(0, 10)),
    )
    .addOption(
      flag(
        '--api-keys <file>',
        'sha256 of each key that may ask, one a line (default: everybody may)',
        'INFOGAN_API_KEYS',
      ),
    )
    .addOption(
      flag(
        '--admin-token-file <file>',
        'opens POST /admin/reload to whoever sends this token (default: closed)',
        'INFOGAN_ADMIN_TOKEN_FILE',
      ),
    )
    .addOption(
      flag('--drain-ms <n>', 'on SIGTERM, time between not ready and not listening', 'INFOGAN_DRAIN_MS')
        .default(0)
        .argParser(whole(0, 600_000)),
    )
    .addOption(
      flag('--grace-ms <n>', 'on SIGTERM, time in which to finish', 'INFOGAN_GRACE_MS')
        .default(10_000)
        .argParser(whole(0, 600_000)),
    )
    .addOption(
      flag(
        '--log-level <level>',
        'JSON lines on standard output (default: info, on a terminal warn)',
        'LOG_LEVEL',
      ).choices(LEVELS),
    )
    .addHelpText(
      'after',
      `
Every option can be set in the environment; OTEL_EXPORTER_OTLP_ENDPOINT sends traces to a collector. SIGHUP looks at the model directories again and swaps those that
changed; one that fails its probe leaves the old version serving. SIGTERM drains and ends; a second one ends at once.

  serve --model models/mnist
  serve --model digits=models/mnist --model letters=models/letters --port 8080 --host 0.0.0.0

Then: /  the playground    /docs  the API    /digit/7?c1=0.8&seed=1  a picture    /metrics  for Prometheus`,
    );
}

interface Flags {
  readonly model?: ModelSource[];
  readonly device: Device;
  readonly apiKeys?: string;
  readonly adminTokenFile?: string;
  readonly logLevel?: string;
  readonly drainMs: number;
  readonly graceMs: number;
}

/**
 * Reads flags and environment. Prints help or what is wrong, and ends the process, as commander does.
 * @throws UserError for a name or file that cannot be used
 */
export function readOptions(argv: readonly string[], isTerminal: boolean): ProgramOptions {
  const flags = program().parse(argv).opts<Flags & Omit<ServerOptions, 'apiKeys' | 'models'>>();
  const { model, apiKeys, adminTokenFile, logLevel, drainMs, graceMs, ...server } = flags;
  const sources = model ?? models(DEFAULT_MODEL, undefined);
  for (const { name } of sources) checkModelName(name);
  return {
    server: {
      ...server,
      models: sources,
      apiKeys: apiKeys ?? null,
      adminToken: adminTokenFile === undefined ? null : readToken(adminTokenFile),
    },
    drainMs,
    graceMs,
    logLevel: logLevel ?? (isTerminal ? 'warn' : 'info'),
  };
}

function readToken(path: string): string {
  let token: string;
  try {
    token = readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new UserError(`serve: --admin-token-file ${path} cannot be read (${(error as Error).message})`);
  }
  if (/^[\x21-\x7e]{16,512}$/.test(token)) return token;
  throw new UserError(
    `serve: --admin-token-file ${path} must hold a token of 16 to 512 printable characters; got ${token.length}; make one by: openssl rand -hex 32`,
  );
}
