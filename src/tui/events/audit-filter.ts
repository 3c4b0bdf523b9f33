import type { AuditQuery } from '../../protocol/admin-records.ts';

type AuditFilter = Pick<AuditQuery, 'actor' | 'action' | 'target'>;

/**
 * `actor:deploy@srv action:user target:user:2`; without its name a word is an actor if it has the form `login@host`, an action if it
 * begins with what actions begin with (`user.kick`, `message`; the first of such words), and otherwise a part of the target.
 */
export function auditFilterOf(text: string): AuditFilter {
  let filter: AuditFilter = {};
  for (const word of text.split(/\s+/)) {
    if (word !== '') filter = { ...filter, ...toCondition(word, filter) };
  }
  return filter;
}

function toCondition(word: string, before: AuditFilter): AuditFilter {
  const [, name, value = ''] = /^(actor|action|target):(.+)$/.exec(word) ?? [];
  if (name !== undefined) return { [name]: value };
  if (/^[^@:]+@./.test(word)) return { actor: word };
  const isAction = before.action === undefined && ACTIONS.test(word);
  return isAction ? { action: word } : { target: word };
}

const ACTIONS = /^(user|group|message|token|connection|ban|audit|event|stats)(\.[\w.-]*)?$/;
