/**
 * An error that a person can act on: who refuses, the rule, what was got, what to do.
 * Programs print its message alone and exit with status 1; a stack trace would only hide the sentence.
 */
export class UserError extends Error {
  override name = 'UserError';
}

/** What a program prints for an error: a `UserError`'s sentence, anything else with its stack. */
export function describeError(error: unknown): string {
  if (error instanceof UserError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
