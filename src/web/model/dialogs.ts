import type { Core } from './core.ts';
import { createGroupDialog } from './group-dialog.ts';
import type { GroupDialogParts } from './group-dialog.ts';
import { createMembersDialog } from './members-dialog.ts';
import type { Actions } from './model.ts';
import { openChatOf } from './open-chat.ts';
import { createSearch, NO_SEARCH } from './people-search.ts';
import type { Person } from './state.ts';

type DialogActions = Pick<
  Actions,
  | 'openDialog'
  | 'showReaders'
  | 'showImage'
  | 'closeDialog'
  | 'search'
  | 'choose'
  | 'unchoose'
  | 'createGroup'
  | 'addMember'
  | 'removeMember'
  | 'leaveGroup'
>;

/** How many of those who have read a message are named. */
const MOST_READERS = 200;

export function createDialogs(core: Core, parts: GroupDialogParts): DialogActions {
  const { showMembers, ...members } = createMembersDialog(core);
  const { search } = createSearch(core);

  async function askReaders(seq: number): Promise<void> {
    const open = openChatOf(core);
    const conversationId = open?.chat.conversationId;
    if (open === undefined || conversationId === undefined) return;
    const { visit } = open;
    try {
      const { count, readers } = await core.api.readers(conversationId, seq, MOST_READERS);
      const people = readers.map(({ id, name }): Person => ({ ...visit.people.get(id), name }));
      const { dialog } = core.state;
      if (visit.isEnded || dialog?.kind !== 'readers' || dialog.seq !== seq) return;
      core.set({ dialog: { kind: 'readers', seq, readers: people, count } });
    } catch (error) {
      if (!visit.isEnded) core.toast(core.explain(error), true);
    }
  }

  return {
    ...createGroupDialog(core, parts),
    ...members,
    search,
    openDialog(kind) {
      if (kind === 'members') showMembers();
      else if (kind === 'settings') core.set({ dialog: { kind } });
      else if (kind === 'password') core.set({ dialog: { kind, isBusy: false, error: undefined } });
      else if (kind === 'new_chat') core.set({ dialog: { kind, search: NO_SEARCH } });
      else core.set({ dialog: { kind, search: NO_SEARCH, chosen: [], isBusy: false, error: undefined } });
      search('');
    },
    showReaders(seq) {
      core.set({ dialog: { kind: 'readers', seq, readers: undefined, count: 0 } });
      void askReaders(seq);
    },
    showImage: (url) => core.set({ dialog: { kind: 'image', url } }),
    closeDialog: () => core.set({ dialog: undefined }),
  };
}
