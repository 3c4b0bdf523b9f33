import { h } from 'preact';
import type { Component, FunctionComponent } from 'preact';

/** The view, drawn again only when one of its props is another value. (preact/compat has it too, with much else.) */
export function memo<P extends object>(view: FunctionComponent<P>): FunctionComponent<P> {
  return function Memo(this: Component<P>, props: P) {
    this.shouldComponentUpdate = (next) => differ(this.props, next);
    return h(view, props);
  } as FunctionComponent<P>;
}

function differ(before: object, after: object): boolean {
  const entries = Object.entries(after);
  if (entries.length !== Object.keys(before).length) return true;
  return entries.some(([key, value]) => !Object.is(value, Reflect.get(before, key)));
}
