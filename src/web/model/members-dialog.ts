import { LOBBY_KEY } from './chat-book.ts';
import { leaveChat } from './chat-list.ts';
import type { Core, Visit } from './core.ts';
import type { Actions } from './model.ts';
import { NO_SEARCH } from './people-search.ts';
import type { ChatKey, Dialog, Member } from './state.ts';

type MembersActions = Pick<Actions, 'addMember' | 'removeMember' | 'leaveGroup'>;
type MembersDialog = Extract<Dialog, { kind: 'members' }>;

/** Names of members that are asked for at once. */
const MOST_NAMED = 200;

/** Who is in the group that is open, and changing it. `showMembers` opens the dialog. */
export function createMembersDialog(core: Core): MembersActions & { showMembers(): void } {
  const current = (): MembersDialog | undefined =>
    core.state.dialog?.kind === 'members' ? core.state.dialog : undefined;

  async function fill(visit: Visit, key: ChatKey): Promise<void> {
    const ids = await core.api.members(key.slice(2));
    await nameAll(core, visit, ids);
    const dialog = current();
    if (visit.isEnded || dialog?.key !== key) return;
    const canManage = visit.chats.get(key)?.mayManage === true;
    const members = ids.map((id): Member => {
      return { person: visit.people.get(id), canRemove: canManage && id !== visit.me.id };
    });
    core.set({ dialog: { ...dialog, members, isBusy: false } });
  }

  /** Does something about the members, and shows them as they are then. */
  async function change(act: (visit: Visit, groupId: string) => Promise<void>): Promise<void> {
    const { visit } = core;
    const dialog = current();
    if (visit === undefined || dialog === undefined || dialog.isBusy) return;
    core.set({ dialog: { ...dialog, isBusy: true, error: undefined } });
    try {
      await act(visit, dialog.key.slice(2));
      if (current() !== undefined) await fill(visit, dialog.key);
    } catch (error) {
      fail(error);
    }
  }

  function fail(error: unknown): void {
    const dialog = current();
    if (dialog !== undefined) core.set({ dialog: { ...dialog, isBusy: false, error: core.explain(error) } });
  }

  return {
    addMember: (person) => void change((_visit, groupId) => core.api.addMembers(groupId, [person.id])),
    removeMember: (person) => void change((_visit, groupId) => core.api.removeMember(groupId, person.id)),
    leaveGroup() {
      void change(async (visit, groupId) => {
        await core.api.removeMember(groupId, visit.me.id);
        leaveChat(visit, `g:${groupId}`);
        core.set({ dialog: undefined });
      });
    },
    showMembers() {
      const { visit } = core;
      const key = visit?.open;
      if (visit === undefined || key === undefined || !key.startsWith('g:')) return;
      const canAdd = visit.chats.get(key)?.mayManage === true && key !== LOBBY_KEY;
      const nothing = { members: undefined, isBusy: false, error: undefined };
      core.set({ dialog: { kind: 'members', key, canAdd, search: NO_SEARCH, ...nothing } });
      fill(visit, key).catch(fail);
    },
  };
}

async function nameAll(core: Core, visit: Visit, ids: readonly string[]): Promise<void> {
  const unknown = ids.filter((id) => visit.people.get(id).name === '');
  for (let at = 0; at < unknown.length; at += MOST_NAMED) {
    const found = await core.api.people({ ids: unknown.slice(at, at + MOST_NAMED) });
    for (const { id, name } of found) visit.people.name(id, name);
  }
}
