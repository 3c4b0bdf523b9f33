import { useEffect } from 'preact/hooks';

/** A file that is let go beside a chat is not opened in place of the page, as browsers would. */
export function useDropGuard(): void {
  useEffect(() => {
    document.addEventListener('dragover', guard);
    document.addEventListener('drop', guard);
    return () => {
      document.removeEventListener('dragover', guard);
      document.removeEventListener('drop', guard);
    };
  }, []);
}

function guard(event: DragEvent): void {
  const { dataTransfer, defaultPrevented } = event;
  // A chat has taken it.
  if (defaultPrevented || dataTransfer?.types.includes('Files') !== true) return;
  event.preventDefault();
  dataTransfer.dropEffect = 'none';
}
