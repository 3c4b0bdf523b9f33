import { Icon } from './icon.tsx';
import { useModal } from './dialog-frame.tsx';
import { usePage } from './page-context.ts';

/** A picture as large as the window. */
export function ImageDialog({ url }: { readonly url: string }) {
  const { text, actions } = usePage();
  const dialog = useModal();
  return (
    <dialog
      ref={dialog}
      class="lightbox"
      aria-label={text.image}
      onCancel={(event) => {
        event.preventDefault();
        actions.closeDialog();
      }}
      onClick={() => actions.closeDialog()}
    >
      <img src={url} alt={text.image} referrerpolicy="no-referrer" />
      <button type="button" class="icon-button" autofocus aria-label={text.close}>
        <Icon name="close" size={26} />
      </button>
    </dialog>
  );
}
