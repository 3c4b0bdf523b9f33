/** A value that is there on the hot path, and a promise of it when something has to be loaded first. */
export type NowOrLater<T> = T | Promise<T>;

/** `step` of the value: at once if it is there, so that warm caches cost no turn of the event loop. */
export function andThen<T, R>(value: NowOrLater<T>, step: (value: T) => NowOrLater<R>): NowOrLater<R> {
  return value instanceof Promise ? value.then(step) : step(value);
}
