import { visibleText } from '../../protocol/visible-text.ts';
import { drawListScreen } from '../list-screen.ts';
import type { Picture } from '../lines.ts';
import { say, type Shared, type Size } from '../view.ts';
import { recordColumns } from './record-columns.ts';
import type { HistoryState } from './update-history.ts';

export function drawHistory(state: HistoryState, shared: Shared, size: Size): Picture {
  const who = visibleText(`${state.userId} ${state.name}`).trim();
  return drawListScreen(
    {
      title: say(shared, { zh: `${who} 的全部连接`, en: `Connections of ${who}` }),
      state: '',
      columns: recordColumns,
      rows: state.records,
      list: state.list,
      idOf: ({ id }) => id,
      note: noteOf(state, shared),
    },
    shared,
    size,
  );
}

function noteOf({ error, isAsking, records }: HistoryState, shared: Shared) {
  if (error !== undefined) return { text: error, tone: 'bad' } as const;
  if (isAsking) return { text: say(shared, { zh: '读取中', en: 'reading' }), tone: 'dim' } as const;
  if (records.length > 0) return undefined;
  return { text: say(shared, { zh: '没有记录', en: 'no connection is on record' }), tone: 'dim' } as const;
}
