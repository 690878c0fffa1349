export async function startTracing(): Promise<void> {}
