/** The error that a call throws or that its Promise rejects with. */
export function errorOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('The call threw nothing.');
}

/** The error that a Promise rejects with. */
export async function rejectionOf(promise: unknown): Promise<unknown> {
  if (!(promise instanceof Promise)) throw new Error('The call answered no Promise.');
  return promise.then(
    () => {
      throw new Error('The Promise did not reject.');
    },
    (error: unknown) => error,
  );
}
