export { createApp } from './app.ts';
export { SmallPngWriter, longestSmallPng } from './picture/small-png.ts';
export { startServer, type RunningServer, type ServerOptions } from './server.ts';
