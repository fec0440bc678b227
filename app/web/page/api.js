// Talking to pawprint. The token is behind the # of the address that pawprint printed; it is kept for this tab.
const kKey = 'pawprint-token';
if (location.hash.length > 1) {
  sessionStorage.setItem(kKey, location.hash.slice(1));
  history.replaceState(null, '', location.pathname);
}
addEventListener('hashchange', () => location.reload());  // the address of another run, opened in this tab

export class Problem extends Error {
  constructor(message, kind, status) {
    super(message);
    this.kind = kind;
    this.status = status;
  }
}

// A Response. Throws Problem with a message for people.
async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch(path, {
      ...options,
      headers: {...options.headers, 'X-Pawprint-Token': sessionStorage.getItem(kKey) ?? ''},
    });
  } catch {
    throw new Problem('pawprint does not answer. Start it again, and open the address it prints.', 'ended', 0);
  }
  if (response.ok) return response;
  const told = await response.json().catch(() => ({}));
  throw new Problem(told.error ?? `pawprint answered ${response.status}`, told.kind ?? '', response.status);
}

export const getJson = async (path) => (await ask(path)).json();
export const getBitmap = async (path) => createImageBitmap(await (await ask(path)).blob());
export const getPicture = async (path) => URL.createObjectURL(await (await ask(path)).blob());
export const postJson = async (path, request) =>
  (await ask(path, {method: 'POST', body: JSON.stringify(request)})).json();
export const postFile = async (path, file) => (await ask(path, {method: 'POST', body: file})).json();

const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// A picture, as a Blob. Asks again while pawprint is busy.
export async function draw(what, request) {
  for (let attempt = 0;; ++attempt) {
    try {
      const body = JSON.stringify(request);
      return await (await ask(`api/${what}`, {method: 'POST', body})).blob();
    } catch (problem) {
      if (problem.kind !== 'too_busy' || attempt >= 20) throw problem;
      await wait(100 + 50 * attempt);
    }
  }
}

// Calls work(state) for the latest state: never twice at once, and never for one that is out of date.
export function latest(work, failed) {
  let wanted = null;
  let running = false;
  return async (state) => {
    wanted = state;
    if (running) return;
    running = true;
    while (wanted !== null) {
      const now = wanted;
      wanted = null;
      try {
        await work(now);
      } catch (problem) {
        failed(problem);
      }
    }
    running = false;
  };
}

export function save(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
