import { createServer } from 'node:http';

/*
 * A server that does nothing: one fixed answer of a picture's size. What is slow about it is the load generator and
 * the machine, and is so for every server measured beside it.
 */

const [port] = process.argv.slice(2);
const body = Buffer.alloc(420);
createServer((_request, response) => {
  response.writeHead(200, ['Content-Type', 'image/png', 'Content-Length', String(body.length)]);
  response.end(body);
}).listen(Number(port), '127.0.0.1', () => console.log('serving'));
