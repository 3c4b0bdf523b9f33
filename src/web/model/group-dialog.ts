import type { ChatList } from './chat-list.ts';
import type { Core, Visit } from './core.ts';
import type { Actions } from './model.ts';
import { randomName } from './random-name.ts';
import type { ChatKey, Dialog, Person } from './state.ts';

type GroupActions = Pick<Actions, 'choose' | 'unchoose' | 'createGroup'>;
type GroupDialog = Extract<Dialog, { kind: 'new_group' }>;

export interface GroupDialogParts {
  readonly list: ChatList;
  readonly openChat: (key: ChatKey) => void;
}

/** Making a group. */
export function createGroupDialog(core: Core, { list, openChat }: GroupDialogParts): GroupActions {
  const current = (): GroupDialog | undefined =>
    core.state.dialog?.kind === 'new_group' ? core.state.dialog : undefined;

  async function create(visit: Visit, dialog: GroupDialog, name: string): Promise<void> {
    // Nobody types or reads it: a group is called by its name. 25 characters, since 22 are a private conversation's.
    const groupId = `g${randomName()}`;
    const memberIds = dialog.chosen.map(({ id }) => id);
    core.set({ dialog: { ...dialog, isBusy: true, error: undefined } });
    try {
      await core.api.createGroup({ groupId, groupName: name, memberIds });
      if (visit.isEnded) return;
      const chat = visit.chats.ensure(`g:${groupId}`, name);
      visit.chats.learn(chat, groupId);
      chat.mayManage = true;
      chat.openedAt = core.world.clock.now();
      openChat(chat.key);
      list.refresh(visit);
    } catch (error) {
      const now = current();
      if (now !== undefined) core.set({ dialog: { ...now, isBusy: false, error: core.explain(error) } });
    }
  }

  function choose(change: (chosen: readonly Person[]) => readonly Person[]): void {
    const dialog = current();
    if (dialog !== undefined) core.set({ dialog: { ...dialog, chosen: change(dialog.chosen) } });
  }

  return {
    choose: (person) => choose((all) => [...all.filter(({ id }) => id !== person.id), person]),
    unchoose: (person) => choose((all) => all.filter(({ id }) => id !== person.id)),
    createGroup(name) {
      const { visit, words } = core;
      const dialog = current();
      if (visit === undefined || dialog === undefined || dialog.isBusy) return;
      const nobody = dialog.chosen.length === 0 ? words.members_needed : undefined;
      const error = name.trim() === '' ? words.name_needed : nobody;
      if (error === undefined) void create(visit, dialog, name.trim());
      else core.set({ dialog: { ...dialog, error } });
    },
  };
}
