import type { Request, Response } from 'express';
import type { Asset } from '../models/directory.ts';
import { notModified } from './caching.ts';

/** Sends a file that is held in memory. */
export function sendAsset(request: Request, response: Response, asset: Asset): void {
  const headers = {
    'Content-Type': asset.type,
    'Cache-Control': 'no-cache',
    ETag: asset.etag,
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
  if (notModified(request, headers)) return void response.writeHead(304, headers).end();
  response.writeHead(200, { ...headers, 'Content-Length': asset.bytes.length });
  response.end(request.method === 'HEAD' ? undefined : asset.bytes);
}
