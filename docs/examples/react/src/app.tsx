import { type SubmitEvent, useState } from 'react';
import { Lobby } from './lobby';
import { signIn } from './sign-in';

export function App() {
  const [token, setToken] = useState('');
  const [refusal, setRefusal] = useState('');

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const what = (event.nativeEvent.submitter as HTMLButtonElement).value;
    try {
      setToken(await signIn(what, String(form.get('name')), String(form.get('password'))));
    } catch (error) {
      setRefusal(String(error));
    }
  }

  if (token !== '') return <Lobby token={token} />;
  return (
    <form onSubmit={submit}>
      <input name="name" aria-label="Name" autoComplete="username" required />
      <input name="password" aria-label="Password" type="password" autoComplete="current-password" required />
      <button value="login">Sign in</button>
      <button value="register">Register</button>
      <p role="status">{refusal}</p>
    </form>
  );
}
