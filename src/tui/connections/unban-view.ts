import { defineView } from '../view.ts';
import { actionDialog } from './action-dialog.ts';

/** Lifts a ban, or a keep-out before its time. */
export const unbanView = defineView(actionDialog('unban'));
