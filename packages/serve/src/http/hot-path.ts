import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Service } from '../service.ts';
import { answerError } from './errors.ts';
import type { ModelRoutes } from './model-routes.ts';

/**
 * `GET /digit/7` of the default model without express, whose routing costs three times as much as everything
 * else that the main thread does for a picture (LOG.md, serve). The handler is the very
 * one that express would call; anything that does not look like the hot path is left to express.
 * @returns whether the request was taken
 */
export function takeHotPath(
  service: Service,
  models: ModelRoutes,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  if (request.method !== 'GET') return false;
  const { picture } = models.of(service.registry.default);
  const url = request.url ?? '';
  if (picture.prefix === null || !url.startsWith(picture.prefix)) return false;
  const mark = url.indexOf('?', picture.prefix.length);
  const segment = url.slice(picture.prefix.length, mark < 0 ? undefined : mark);
  // escapes, further segments and fragments are express's business
  if (!/^[\w-]+$/.test(segment)) return false;
  picture.endpoint
    .handle(request, response, { [picture.param]: segment })
    .catch((error: unknown) => answerError(service, error, request, response));
  return true;
}
