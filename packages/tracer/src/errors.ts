/** Something in a traced function that has no faithful ONNX form. The message says what, where and the way out. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
}
