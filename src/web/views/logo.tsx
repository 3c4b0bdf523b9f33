/** The mark: a seal with a corner that speaks, and the cursor of the terminal it is run from. */
export function Logo({ size = 28 }: { readonly size?: number }) {
  return (
    <svg class="logo" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path class="logo-seal" d="M9 2h14a7 7 0 0 1 7 7v14a7 7 0 0 1-7 7H4a2 2 0 0 1-2-2V9a7 7 0 0 1 7-7z" />
      <path class="logo-line" d="M9 12l4.5 4-4.5 4" />
      <path class="logo-cursor" d="M16.5 21h6.5" />
    </svg>
  );
}
