import type { Feed } from './feed.ts';
import { count } from './figures.ts';
import { say, type Shared } from './view.ts';

/** At the right of a feed's title: `live`, or `paused, 31 new`. */
export function feedState<Row>({ isHeld, arrived }: Feed<Row>, shared: Shared): string {
  if (shared.link.state !== 'live') return say(shared, { zh: '断开前所见', en: 'as last seen' });
  if (!isHeld) return say(shared, { zh: '实时', en: 'live' });
  if (arrived === 0) return say(shared, { zh: '已暂停', en: 'paused' });
  return say(shared, { zh: `已暂停, 新 ${count(arrived)} 条`, en: `paused, ${count(arrived)} new` });
}
