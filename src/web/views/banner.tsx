import { useEffect, useState } from 'preact/hooks';
import type { ConnectionState } from '../model/state.ts';
import { usePage } from './page-context.ts';
import { clockTime, shortTime } from './time-text.ts';

/** How things stand with the connection, if they do not stand well, and what can be done about it. */
export function Banner({ connection }: { readonly connection: ConnectionState }) {
  return (
    <div class="banner-place" role="status" aria-live="polite">
      {connection.kind === 'connecting' && connection.isAgain && <Connecting />}
      {connection.kind === 'waiting' && <Waiting {...connection} />}
      {connection.kind === 'replaced' && <Replaced />}
      {connection.kind === 'kicked' && <Kicked {...connection} />}
      {connection.kind === 'ended' && <Ended text={connection.text} />}
    </div>
  );
}

function Connecting() {
  const { text } = usePage();
  return <p class="banner banner-quiet">{text.connecting}</p>;
}

function Waiting({ nextTryAt, text: why }: { readonly nextTryAt: number; readonly text: string }) {
  const { text, actions } = usePage();
  const seconds = useSecondsUntil(nextTryAt);
  return (
    <div class="banner banner-quiet">
      <p>
        <strong>{why === '' ? text.connectionLost : why}</strong> {/* Not read out at every second. */}
        <span aria-hidden="true">{text.nextTry(seconds)}</span>
      </p>
      <button type="button" class="small" onClick={() => actions.reconnect()}>
        {text.reconnectNow}
      </button>
    </div>
  );
}

function Replaced() {
  const { text, actions } = usePage();
  return (
    <div class="banner banner-strong">
      <p>{text.replaced}</p>
      <button type="button" class="small" onClick={() => actions.reconnect()}>
        {text.useHere}
      </button>
    </div>
  );
}

function Kicked({ reason, until }: { readonly reason: string; readonly until: number | undefined }) {
  const { text, actions } = usePage();
  const seconds = useSecondsUntil(until ?? 0);
  const canComeBack = until !== undefined && seconds === 0;
  return (
    <div class="banner banner-strong">
      <p>
        <strong>{text.kicked}</strong> {reason !== '' && text.reason(reason)}{' '}
        {until === undefined ? text.banned : !canComeBack && text.kickedUntil(untilText(until, text))}
      </p>
      {canComeBack ? (
        <button type="button" class="small" onClick={() => actions.reconnect()}>
          {text.reconnectNow}
        </button>
      ) : (
        <button type="button" class="small" onClick={() => actions.signOut()}>
          {text.signOut}
        </button>
      )}
    </div>
  );
}

function Ended({ text: why }: { readonly text: string }) {
  const { text, actions } = usePage();
  return (
    <div class="banner banner-strong">
      <p>{why === '' ? text.ended : why}</p>
      <button type="button" class="small" onClick={() => actions.signOut()}>
        {text.signInAgain}
      </button>
    </div>
  );
}

/** Counts down; 0 when the time has come. */
function useSecondsUntil(time: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [time]);
  return Math.max(0, Math.ceil((time - now) / 1000));
}

function untilText(until: number, text: ReturnType<typeof usePage>['text']): string {
  const isToday = new Date(until).toDateString() === new Date().toDateString();
  return isToday ? clockTime(until, text) : `${shortTime(until, text)} ${clockTime(until, text)}`;
}
