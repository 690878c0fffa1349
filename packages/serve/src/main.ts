import { describeError } from '@infogan/contract';
import { Command } from 'commander'; // commander: flags with readable help
import { startServer } from './server.ts';

const program = new Command('serve')
  .option('--model <dir...>', 'model directory, or name=directory; the first is the default', [
    'models/mnist',
  ])
  .option('--port <n>', 'port to listen on', '3000')
  .parse();
process.on('SIGTERM', () => process.exit(0));
const { model, port } = program.opts<{ model: string[]; port: string }>();
try {
  const { url } = await startServer({
    models: model.map((text) => {
      const [name, directory] = text.includes('=') ? text.split('=', 2) : [text.split('/').pop(), text];
      return { name: name!, directory: directory! };
    }),
    port: Number(port),
  });
  console.log(`serving on ${url}`);
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 1;
}
