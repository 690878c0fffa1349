const stack: string[] = [];

/**
 * Runs `body` with `name` in front of the names of the ONNX nodes that it records, as in `conv1/Conv`.
 * Scopes nest. Outside a trace it only calls `body`.
 */
export function scope<T>(name: string, body: () => T): T {
  stack.push(name);
  try {
    return body();
  } finally {
    stack.pop();
  }
}

/** The open scopes, joined by slashes; empty at top level. */
export const currentScope = (): string => stack.join('/');
