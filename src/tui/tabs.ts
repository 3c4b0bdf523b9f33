import type { Bilingual } from './keymap.ts';
import type { Line } from './lines.ts';
import { lineWidth, spread } from './lines-layout.ts';
import { say, type Shared } from './view.ts';
import { SCREENS, type ScreenName } from './views.ts';

const NAMES: Readonly<Record<ScreenName, Bilingual>> = {
  connections: { en: 'Conns', zh: '连接' },
  messages: { en: 'Messages', zh: '消息' },
  users: { en: 'Users', zh: '用户' },
  groups: { en: 'Groups', zh: '群组' },
  events: { en: 'Events', zh: '事件' },
  metrics: { en: 'Metrics', zh: '指标' },
};

/** The six screens and their keys; only the one that is open has its name where there is no room for all. */
export function drawTabs(open: string | undefined, shared: Shared, width: number): Line {
  const right: Line = [
    { text: '? ', bold: true },
    { text: say(shared, { en: 'keys ', zh: '按键 ' }), tone: 'dim' },
  ];
  const full = tabs(open, shared, true);
  const left = lineWidth(full) + lineWidth(right) + 2 <= width ? full : tabs(open, shared, false);
  return spread(left, right, width);
}

function tabs(open: string | undefined, shared: Shared, hasNames: boolean): Line {
  const parts = SCREENS.map((name, at): Line => {
    const label = `${at + 1} ${say(shared, NAMES[name])}`;
    if (name === open) return [{ text: `[${label}]`, bold: true, tone: 'accent' }];
    return [{ text: hasNames ? label : String(at + 1), tone: 'dim' }];
  });
  return [{ text: ' ' }, ...parts.flatMap((part, at) => (at === 0 ? part : [{ text: '  ' }, ...part]))];
}
