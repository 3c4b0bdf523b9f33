import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';

interface DialogFrameProps {
  readonly title: string;
  readonly children: ComponentChildren;
}

/** A modal dialog: the browser keeps the focus in it, closes it on Escape, and puts the focus back where it was. */
export function DialogFrame({ title, children }: DialogFrameProps) {
  const { text, actions } = usePage();
  const titleId = useId();
  const dialog = useModal();
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        actions.closeDialog();
      }}
      onClick={(event) => event.target === event.currentTarget && actions.closeDialog()}
    >
      <div class="dialog-inner">
        <header>
          <h2 id={titleId}>{title}</h2>
          <button
            type="button"
            class="icon-button"
            aria-label={text.close}
            onClick={() => actions.closeDialog()}
          >
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

/** Opens the dialog that is drawn, and closes it before it is taken away. */
export function useModal() {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return dialog;
}
