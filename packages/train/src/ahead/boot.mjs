// A worker thread starts in plain JavaScript: `--import tsx` does not reach threads on Node 20.
import { register } from 'tsx/esm/api'; // tsx: runs the project's TypeScript as it is

register();
await import('./thread.ts');
