/** `what`: `login` or `register`. Gives the token; throws with what the server says. */
export async function signIn(what: string, name: string, password: string): Promise<string> {
  const response = await fetch(`${import.meta.env.VITE_HTTP_BASE_URL}/v1/user/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, password }),
  });
  const { code, msg, data } = await response.json();
  if (code !== 200) throw new Error(msg);
  return data.token;
}
