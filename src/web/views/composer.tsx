import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';

interface ComposerProps {
  /** What was written here before; the field itself keeps what is written now. */
  readonly draft: string;
  readonly title: string;
  readonly canSend: boolean;
}

/** Where one writes. Enter sends, except where it chooses a word of an input method. */
export function Composer({ draft, title, canSend }: ComposerProps) {
  const { text, actions } = usePage();
  const { field, isEmpty, changed, send } = useDraft(draft, canSend);
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <AttachButton />
      <textarea
        ref={field}
        id="composer"
        rows={1}
        dir="auto"
        enterkeyhint="send"
        aria-label={text.composer(title)}
        aria-describedby="composer-hint"
        placeholder={text.composerShort}
        onInput={(event) => changed(event.currentTarget)}
        onKeyDown={(event) => {
          if (!isSendKey(event)) return;
          event.preventDefault();
          send();
        }}
        onPaste={(event) => pasteImages(event, (file) => actions.sendFile(file))}
      />
      <span id="composer-hint" class="sr">
        {text.composerHint}
      </span>
      <button
        type="submit"
        class="send"
        aria-label={text.send}
        title={text.send}
        disabled={isEmpty || !canSend}
      >
        <Icon name="send" />
      </button>
    </form>
  );
}

/** The field holds what is written; the model is told of it, and keeps it while another chat is open. */
function useDraft(draft: string, canSend: boolean) {
  const { actions } = usePage();
  const field = useRef<HTMLTextAreaElement>(null);
  const [isEmpty, setEmpty] = useState(draft.trim() === '');
  useLayoutEffect(() => {
    if (field.current === null) return;
    field.current.value = draft;
    grow(field.current);
    // On a phone the keyboard would hide what one came to read.
    if (matchMedia('(hover: hover)').matches) field.current.focus({ preventScroll: true });
  }, []);
  const changed = (element: HTMLTextAreaElement) => {
    grow(element);
    setEmpty(element.value.trim() === '');
    actions.draft(element.value);
  };
  const send = () => {
    const element = field.current;
    if (element === null || !canSend || element.value.trim() === '') return;
    actions.sendText(element.value);
    element.value = '';
    changed(element);
    element.focus();
  };
  return { field, isEmpty, changed, send };
}

function AttachButton() {
  const { text, actions } = usePage();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        class="icon-button attach"
        title={text.attach}
        aria-label={text.attach}
        onClick={() => input.current?.click()}
      >
        <Icon name="image" />
      </button>
      <input
        ref={input}
        type="file"
        accept="image/png,image/jpeg,image/gif,image/webp"
        multiple
        hidden
        onChange={(event) => {
          for (const file of event.currentTarget.files ?? []) actions.sendFile(file);
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}

/** 229 is what browsers say of a key that an input method has taken for itself. */
function isSendKey(event: KeyboardEvent): boolean {
  return event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
}

function pasteImages(event: ClipboardEvent, send: (file: File) => void): void {
  const files = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith('image/'));
  if (files.length === 0) return;
  event.preventDefault();
  for (const file of files) send(file);
}

/** As high as what is written, up to what the style allows. */
function grow(field: HTMLTextAreaElement): void {
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight}px`;
}
