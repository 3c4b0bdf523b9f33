import type { State } from '../model/state.ts';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';

/** What is said once, and goes away by itself. */
export function Toasts({ toasts }: { readonly toasts: State['toasts'] }) {
  const { text, actions } = usePage();
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.key} class={toast.isError ? 'toast toast-error' : 'toast'}>
          <span>{toast.text}</span>
          <button
            type="button"
            class="icon-button"
            aria-label={text.close}
            onClick={() => actions.dismissToast(toast.key)}
          >
            <Icon name="close" size={16} />
          </button>
        </div>
      ))}
    </div>
  );
}
