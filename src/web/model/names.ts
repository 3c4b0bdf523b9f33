import type { Core, Visit } from './core.ts';

/** The names of people who turn up. */
export interface Names {
  /** Asks for the names of those that are not known, together with the others of this moment. */
  need(visit: Visit, ids: Iterable<string>): void;
}

/** ms */
const TOGETHER = 60;
const MOST = 200;

export function createNames(core: Core): Names {
  const wanted = new Set<string>();
  let isDue = false;

  async function ask(visit: Visit): Promise<void> {
    isDue = false;
    const ids = [...wanted].slice(0, MOST);
    for (const id of ids) wanted.delete(id);
    try {
      const found = await core.api.people({ ids });
      for (const { id, name } of found) visit.people.name(id, name);
    } catch {
      visit.people.unasked(ids);
    }
    if (visit.isEnded) return;
    core.touch();
    if (wanted.size > 0) schedule(visit);
  }

  function schedule(visit: Visit): void {
    if (isDue) return;
    isDue = true;
    core.after(TOGETHER, () => void ask(visit));
  }

  return {
    need(visit, ids) {
      for (const id of visit.people.toAsk(ids)) wanted.add(id);
      if (wanted.size > 0) schedule(visit);
    },
  };
}
