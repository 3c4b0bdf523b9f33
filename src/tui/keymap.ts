import type { Language } from '../protocol/error-codes.ts';
import type { CommandName } from './commands.ts';
import type { ViewArguments } from './view.ts';

/**
 * The one table of keys: what each does, where, and in which words. From it come the `?` page, the footers and
 * docs/keys.md.
 */
export interface KeyRow {
  /** As Key names them; the first is the one footers show. */
  readonly keys: readonly string[];
  /** Absent: a text field's own key, told here only. */
  readonly command?: CommandName;
  readonly section: KeySection;
  /** On every screen and page, whatever the view says. */
  readonly isEverywhere?: true;
  /** It changes something on the server: not with --readonly, not while the server is gone. */
  readonly acts?: true;
  /** Only there, and before rows for everywhere. */
  readonly views?: readonly (keyof ViewArguments)[];
  /** In footers; absent: not in footers. */
  readonly short?: Bilingual;
  /** In footers, where one label stands for several keys: `←→`. */
  readonly label?: readonly string[];
  readonly text: Bilingual;
}

export type Bilingual = Readonly<Record<Language, string>>;

export type KeySection = 'screens' | 'move' | 'look' | 'act' | 'form' | 'leave';

const DIALOGS = ['disconnect', 'ban', 'unban'] as const;

const SCREEN_KEYS: readonly KeyRow[] = [
  screen('1', 'screen-connections', { en: 'Connections', zh: '连接' }),
  screen('2', 'screen-messages', { en: 'Messages', zh: '消息' }),
  screen('3', 'screen-users', { en: 'Users', zh: '用户' }),
  screen('4', 'screen-groups', { en: 'Groups', zh: '群组' }),
  screen('5', 'screen-events', {
    en: 'Events; the audit is a filter of it',
    zh: '事件; 审计是其中的一种筛选',
  }),
  screen('6', 'screen-metrics', { en: 'Metrics', zh: '指标' }),
];

const MOVE_KEYS: readonly KeyRow[] = [
  move(['up', 'k'], 'up', { en: 'one row up', zh: '上移一行' }),
  move(['down', 'j'], 'down', { en: 'one row down', zh: '下移一行' }),
  move(['page-up', 'ctrl-b'], 'page-up', { en: 'one page up', zh: '上翻一页' }),
  move(['page-down', 'ctrl-f'], 'page-down', { en: 'one page down', zh: '下翻一页' }),
  move(['g', 'home'], 'top', { en: 'to the top', zh: '到顶部' }),
  move(['G', 'end'], 'bottom', { en: 'to the bottom', zh: '到底部' }),
];

const LOOK_KEYS: readonly KeyRow[] = [
  {
    ...look(['enter', 'd'], 'details', { en: 'details', zh: '详情' }),
    text: { en: 'details of the row under the cursor', zh: '光标所在行的详情' },
  },
  {
    ...look(['/'], 'filter', { en: 'filter', zh: '筛选' }),
    text: {
      en: 'filter by id, name, address, client:seed, queue>100k; ! inverts',
      zh: '按 id, 名字, 地址, client:seed, queue>100k 筛选; ! 取反',
    },
  },
  {
    ...look(['s'], 'sort', { en: 'sort', zh: '排序' }),
    text: { en: 'sort by the next column', zh: '按下一列排序' },
  },
  move(['S'], 'sort-direction', { en: 'turn the order round', zh: '反转顺序' }, 'look'),
  {
    ...look(['p'], 'pause', { en: 'pause', zh: '暂停' }),
    text: { en: 'hold what is shown; again: live', zh: '停住画面; 再按恢复实时' },
  },
  {
    ...look(['v'], 'show-text', { en: 'text', zh: '正文' }),
    text: { en: 'show the text of messages (audited)', zh: '显示消息正文(记入审计)' },
  },
  {
    ...look(['h'], 'history', { en: 'all connections', zh: '全部连接' }),
    text: { en: "this user's connections, and why they ended", zh: '此用户的全部连接及断开原因' },
  },
  {
    ...look(['a'], 'audit', { en: 'audit', zh: '审计' }),
    text: { en: 'the audit; again: events', zh: '审计; 再按为事件' },
  },
  {
    ...look(['c'], 'copy-id', { en: 'copy id', zh: '复制 id' }),
    text: { en: 'copy the id (through the terminal, OSC 52)', zh: '复制 id(经由终端, OSC 52)' },
  },
];

const ACT_KEYS: readonly KeyRow[] = [
  {
    ...look(['space'], 'mark', { en: 'mark', zh: '标记' }),
    section: 'act',
    text: { en: 'mark the row, or unmark it', zh: '标记此行, 或取消' },
  },
  {
    ...look(['ctrl-a'], 'mark-all', { en: 'mark all', zh: '全标' }),
    section: 'act',
    text: { en: 'mark all that match', zh: '标记所有符合的' },
  },
  act(['m'], 'message', { en: 'message', zh: '发消息' }, { en: 'send a message', zh: '发送消息' }),
  act(
    ['ctrl-d'],
    'disconnect',
    { en: 'disconnect', zh: '断开' },
    { en: 'disconnect (asks first)', zh: '断开连接(先询问)' },
  ),
  act(['b'], 'ban', { en: 'ban', zh: '封禁' }, { en: 'ban (asks first)', zh: '封禁(先询问)' }),
  act(
    ['B'],
    'unban',
    { en: 'lift ban', zh: '解封' },
    { en: 'lift a ban, end a keep-out', zh: '解除封禁或禁入' },
  ),
  {
    keys: ['u'],
    command: 'undo',
    section: 'act',
    isEverywhere: true,
    acts: true,
    text: { en: 'take back the last action', zh: '撤销上一个操作' },
  },
];

const FORM_KEYS: readonly KeyRow[] = [
  {
    keys: ['left'],
    command: 'left',
    section: 'form',
    views: [...DIALOGS, 'send'],
    label: ['left', 'right'],
    short: { en: 'choose', zh: '选择' },
    text: { en: 'the choice before', zh: '前一个选项' },
  },
  {
    keys: ['right'],
    command: 'right',
    section: 'form',
    views: [...DIALOGS, 'send'],
    text: { en: 'the next choice', zh: '后一个选项' },
  },
  {
    ...look(['tab'], 'next-field', { en: 'next field', zh: '下一项' }),
    section: 'form',
    text: { en: 'the next field', zh: '下一项' },
  },
  move(['shift-tab'], 'previous-field', { en: 'the field before', zh: '前一项' }, 'form'),
  {
    ...look(['enter'], 'accept', { en: 'press the marked button', zh: '按下所选按钮' }),
    section: 'form',
    views: DIALOGS,
    text: { en: 'press the marked button', zh: '按下所选按钮' },
  },
  {
    ...look(['enter'], 'accept', { en: 'send', zh: '发送' }),
    section: 'form',
    views: ['send'],
    acts: true,
    text: { en: 'send the message', zh: '发送消息' },
  },
  {
    keys: ['alt-enter'],
    section: 'form',
    views: ['send'],
    short: { en: 'new line', zh: '换行' },
    text: { en: 'a new line in the text of a message', zh: '消息正文换行' },
  },
  {
    ...look(['ctrl-r'], 'send-again', { en: 'send again', zh: '再次发送' }),
    section: 'form',
    acts: true,
    text: { en: 'send the last message once more', zh: '再次发送上一条消息' },
  },
];

/** In a text field that is no form: what filters and finds. */
export const FIELD_KEYS: readonly KeyRow[] = [
  {
    keys: ['enter'],
    section: 'form',
    short: { en: 'take it', zh: '确定' },
    text: { en: 'in a filter: take what was typed', zh: '筛选中: 采用所输入的内容' },
  },
  {
    keys: ['escape'],
    section: 'form',
    short: { en: 'leave it as it was', zh: '保持原样' },
    text: { en: 'in a filter: leave it as it was', zh: '筛选中: 保持原样' },
  },
];

const LEAVE_KEYS: readonly KeyRow[] = [
  leave(['escape'], 'back', { en: 'cancel', zh: '取消' }, { en: 'cancel', zh: '取消' }, DIALOGS),
  leave(
    ['escape'],
    'back',
    { en: 'back (draft kept)', zh: '返回(保留草稿)' },
    { en: 'back; the draft is kept', zh: '返回; 草稿保留' },
    ['send'],
  ),
  leave(['escape'], 'back', { en: 'back', zh: '返回' }, { en: 'back', zh: '返回' }),
  {
    ...leave(['r'], 'reconnect', undefined, { en: 'connect again now', zh: '立即重新连接' }),
    isEverywhere: true,
  },
  {
    ...leave(
      [':', '：'],
      'command-line',
      { en: 'go', zh: '前往' },
      { en: 'go somewhere by name: see below', zh: '按名字前往: 见下' },
    ),
    isEverywhere: true,
  },
  {
    ...leave(['?', '？'], 'help', undefined, { en: 'this page', zh: '本页' }),
    isEverywhere: true,
  },
  {
    ...leave(['q'], 'quit', { en: 'quit', zh: '退出' }, { en: 'leave the console', zh: '退出控制台' }),
    isEverywhere: true,
  },
  { keys: ['ctrl-c'], section: 'leave', text: { en: 'leave, from anywhere', zh: '在任何地方退出' } },
];

export const KEYMAP: readonly KeyRow[] = [
  ...SCREEN_KEYS,
  ...MOVE_KEYS,
  ...LOOK_KEYS,
  ...ACT_KEYS,
  ...FORM_KEYS,
  ...FIELD_KEYS,
  ...LEAVE_KEYS,
];

function screen(key: string, command: CommandName, text: Bilingual): KeyRow {
  return { keys: [key], command, section: 'screens', isEverywhere: true, text };
}

function move(
  keys: readonly string[],
  command: CommandName,
  text: Bilingual,
  section: KeySection = 'move',
): KeyRow {
  return { keys, command, section, text };
}

function look(keys: readonly string[], command: CommandName, short: Bilingual): KeyRow {
  return { keys, command, section: 'look', short, text: short };
}

function act(keys: readonly string[], command: CommandName, short: Bilingual, text: Bilingual): KeyRow {
  return { keys, command, section: 'act', acts: true, short, text };
}

function leave(
  keys: readonly string[],
  command: CommandName,
  short: Bilingual | undefined,
  ...[text, views]: [Bilingual, (readonly (keyof ViewArguments)[])?]
): KeyRow {
  return {
    keys,
    command,
    section: 'leave',
    ...(short !== undefined && { short }),
    text,
    ...(views !== undefined && { views }),
  };
}
