export { createApp } from './app.ts';
export { SmallPngWriter, longestSmallPng } from './picture/small-png.ts';
export { ApiKeys } from './secure/api-keys.ts';
export { startServer, type RunningServer, type ServerOptions } from './server.ts';
