import { createChatList } from './chat-list.ts';
import type { Core } from './core.ts';
import { createChatActions } from './chat-actions.ts';
import { createCore } from './create-core.ts';
import { createDialogs } from './dialogs.ts';
import { createHistory } from './history.ts';
import { createLink } from './link.ts';
import { createMembers } from './members.ts';
import type { Model } from './model.ts';
import { createNames } from './names.ts';
import { createPresence } from './presence.ts';
import { createReading } from './reading.ts';
import { createSending } from './sending.ts';
import { createSignIn, signedOut } from './sign-in.ts';
import { createTyping } from './typing.ts';
import type { World } from './world.ts';

/** Joins the parts of the model. Nothing happens before start(). */
export function createModel(world: World): Model {
  const core = createCore(world, (core) => signedOut(core));
  const history = createHistory(core);
  const list = createChatList(core);
  const reading = createReading(core, list);
  const presence = createPresence(core);
  const names = createNames(core);
  const members = createMembers(core, { presence, names });
  const typing = createTyping(core);
  const { resume, ...sending } = createSending(core, presence);
  const link = createLink(core, { resume, history, list, reading, presence, typing, names, members });
  const signIn = createSignIn(core, (visit) => link.open(visit));
  const chats = createChatActions(core, { history, reading, presence, names, members });
  const dialogs = createDialogs(core, { list, openChat: chats.openChat });
  return {
    get state() {
      return core.state;
    },
    subscribe: core.subscribe,
    start: signIn.start,
    stop: core.stop,
    actions: {
      chooseMode: signIn.chooseMode,
      signIn: signIn.signIn,
      signOut: signIn.signOut,
      changePassword: signIn.changePassword,
      reconnect: link.reconnect,
      ...chats,
      loadOlder: history.loadOlder,
      sawUpTo: reading.sawUpTo,
      visible: reading.visible,
      ...sending,
      ...dialogs,
      ...createSettings(core),
    },
  };
}

function createSettings(core: Core): Pick<Model['actions'], 'changeSettings' | 'dismissToast'> {
  return {
    changeSettings(settings) {
      core.set({ settings: { ...core.state.settings, ...settings } });
      core.kept.keepSettings(core.state.settings);
    },
    dismissToast(key) {
      core.set({ toasts: core.state.toasts.filter((toast) => toast.key !== key) });
    },
  };
}
