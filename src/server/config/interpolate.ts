export type Interpolated =
  | { readonly text: string }
  | { readonly unset: string }
  | { readonly unfinished: string };

const PLACE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?:(:-)([^}]*))?\}|\$\{.*/gs;

/** `${VAR}`, `${VAR:-fallback}` (for unset and empty, as in a shell) and `$${` for a literal `${`. */
export function interpolate(text: string, env: NodeJS.ProcessEnv): Interpolated {
  const places = [...text.matchAll(PLACE)].filter(([whole]) => whole !== '$${');
  const unfinished = places.find(([, name]) => name === undefined);
  if (unfinished) return { unfinished: unfinished[0] };
  const unset = places.find(([, name = '', fallback]) => fallback === undefined && env[name] === undefined);
  if (unset) return { unset: unset[1] ?? '' };
  return {
    text: text.replace(PLACE, (_whole, name?: string, fallback?: string, instead?: string) => {
      if (name === undefined) return '${';
      const value = env[name] ?? '';
      return fallback !== undefined && value === '' ? (instead ?? '') : value;
    }),
  };
}
