import type { Dialog } from '../model/state.ts';
import { DialogFrame } from './dialog-frame.tsx';
import { usePage } from './page-context.ts';
import { PersonLine } from './people-search.tsx';

/** Who has read one's message. */
export function ReadersDialog({ dialog }: { readonly dialog: Extract<Dialog, { kind: 'readers' }> }) {
  const { text } = usePage();
  const { readers, count } = dialog;
  const others = count - (readers?.length ?? 0);
  return (
    <DialogFrame title={text.readers}>
      <ul class="people" aria-label={text.readers} aria-busy={readers === undefined}>
        {readers === undefined && <li class="nothing">{text.loading}</li>}
        {readers?.length === 0 && count === 0 && <li class="nothing">{text.readersNone}</li>}
        {readers?.map((person) => (
          <li key={person.id} class="person">
            <PersonLine person={person} />
          </li>
        ))}
        {readers !== undefined && others > 0 && <li class="nothing">{text.readersMore(others)}</li>}
      </ul>
    </DialogFrame>
  );
}
