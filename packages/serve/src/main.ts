import { describeError } from '@infogan/contract';
import { pino } from 'pino';
import { LogLines } from './observe/log-lines.ts';
import { startTracing, type Tracing } from './observe/trace.ts';
import { readOptions, type ProgramOptions } from './options.ts';
import { startServer, type RunningServer } from './server.ts';

/* `pnpm serve`, `npm start`. */

function onSignals(
  server: RunningServer,
  { drainMs, graceMs }: ProgramOptions,
  tracing: Tracing | null,
): void {
  let ending = false;
  const end = (signal: NodeJS.Signals) => {
    if (ending) process.exit(1);
    ending = true;
    // Ctrl-C is a person who waits; SIGTERM comes from something that watches readiness
    const drain = signal === 'SIGTERM' ? drainMs : 0;
    setTimeout(() => process.exit(1), drain + graceMs).unref();
    const finish = server.close(drain).then(() => tracing?.stop());
    finish.then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  process.on('SIGHUP', () => void server.service.reload());
}

try {
  const options = readOptions(process.argv, process.stdout.isTTY);
  // lines are gathered and written together: a write for each would cost more than the picture;
  // where nobody reads them, the oldest 16 MB wait and later ones are dropped
  const destination = pino.destination({ sync: false, contentMode: 'buffer', maxLength: 2 ** 24 });
  const lines = new LogLines({ write: (block) => destination.write(block as unknown as string) });
  const log = pino({ level: options.logLevel }, lines);
  setInterval(() => lines.handOn(), 1000).unref();
  process.on('exit', () => {
    lines.handOn();
    destination.flushSync();
  });
  const tracing = await startTracing();
  const server = await startServer({ ...options.server, log, tracing });
  onSignals(server, options, tracing);
  const names = server.service.registry.list().map(({ name, version }) => `${name} (${version})`);
  console.log(`serving ${names.join(', ')} on ${server.url}`);
} catch (error) {
  console.error(describeError(error));
  process.exit(1);
}
