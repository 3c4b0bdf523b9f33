import { useEffect, useLayoutEffect } from 'preact/hooks';
import type { State } from '../model/state.ts';
import type { Text } from '../text/zh.ts';

/** What of the state is seen outside the page's body: its language, its colours, and the title of the tab. */
export function useDocument({ settings, chats, server, screen }: State, text: Text): void {
  const { theme, notify } = settings;
  useLayoutEffect(() => {
    document.documentElement.lang = text.locale;
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }, [text, theme]);

  const unread = chats.reduce((sum, chat) => sum + chat.unread, 0);
  const mark = screen === 'chat' && notify && unread > 0 ? `(${unread > 99 ? '99+' : unread}) ` : '';
  const title = `${mark}${server?.name ?? 'chatd'}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}
