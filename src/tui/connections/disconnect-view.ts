import { defineView } from '../view.ts';
import { actionDialog } from './action-dialog.ts';

/** Ends connections, and keeps their users out for a while. */
export const disconnectView = defineView(actionDialog('disconnect'));
