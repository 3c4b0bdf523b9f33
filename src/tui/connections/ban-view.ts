import { defineView } from '../view.ts';
import { actionDialog } from './action-dialog.ts';

/** Keeps users out until that is lifted. */
export const banView = defineView(actionDialog('ban'));
