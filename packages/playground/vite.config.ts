import { playgroundConfig } from './vite/config.ts';

export default playgroundConfig();
