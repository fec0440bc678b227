// One message at the foot of the page; what is there stays there.
const $ = (id) => document.getElementById(id);

// act: {text, run}, a way out that the message offers
export function show(text, act) {
  $('message-text').textContent = text.charAt(0).toUpperCase() + text.slice(1);
  $('message-act').hidden = !act;
  if (act) {
    $('message-act').textContent = act.text;
    $('message-act').onclick = () => {
      hide();
      act.run();
    };
  }
  $('message').hidden = false;
}

export const hide = () => { $('message').hidden = true; };

export const showError = (problem) => {
  if (!problem.kind && !problem.status) console.error(problem);  // a bug of this page
  show(problem.message);
};

$('message-close').onclick = hide;
addEventListener('keydown', (event) => event.key === 'Escape' && hide());
