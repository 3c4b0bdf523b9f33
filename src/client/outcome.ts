/** A promise and what decides it. That nobody looks at what became of it is no error. */
export interface Outcome<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

/** As Promise.withResolvers, which browsers of 2023 do not have. */
export function createOutcome<T>(): Outcome<T> {
  let resolve: (value: T) => void = ignore;
  let reject: (error: Error) => void = ignore;
  const promise = new Promise<T>((...settle) => {
    [resolve, reject] = settle;
  });
  promise.catch(ignore);
  return { promise, resolve, reject };
}

/** One that has failed already. */
export function failed(error: Error): Promise<never> {
  const { promise, reject } = createOutcome<never>();
  reject(error);
  return promise;
}

function ignore(): void {}
