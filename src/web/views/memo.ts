import { h } from 'preact';
import type { Component, FunctionComponent } from 'preact';

/**
 * The view, drawn again only when one of its props is another value; of a list, when one of its elements is. (preact/compat
 * has something like it, with much else.)
 */
export function memo<P extends object>(view: FunctionComponent<P>): FunctionComponent<P> {
  return function Memo(this: Component<P>, props: P) {
    this.shouldComponentUpdate = (next) => differ(this.props, next);
    return h(view, props);
  } as FunctionComponent<P>;
}

function differ(before: object, after: object): boolean {
  const entries = Object.entries(after);
  if (entries.length !== Object.keys(before).length) return true;
  return entries.some(([key, value]) => !isSame(value, Reflect.get(before, key)));
}

function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
  return one.every((element, index) => Object.is(element, other[index]));
}
