import { render } from 'preact';

render(<main>chatd</main>, document.body);
