import type { AnyView, ViewArguments } from './view.ts';

/** Every view there is, by name. */
export const VIEWS: { readonly [N in keyof ViewArguments]?: AnyView } = {};

/** The six, in the order of their keys. */
export const SCREENS = ['connections', 'messages', 'users', 'groups', 'events', 'metrics'] as const;
export type ScreenName = (typeof SCREENS)[number];
