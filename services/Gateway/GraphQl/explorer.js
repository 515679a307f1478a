'use strict';
const el = id => document.getElementById(id);
let running;

async function send(body, onEvent) {
  const headers = { 'Content-Type': 'application/json', Accept: onEvent ? 'text/event-stream' : 'application/json' };
  const token = el('token').value.trim();
  if (token) headers.Authorization = 'Bearer ' + token;
  running = new AbortController();
  const answer = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify(body), signal: running.signal });
  if (!onEvent || !(answer.headers.get('Content-Type') || '').startsWith('text/event-stream')) return answer.json();
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ''; ;) {
    const { value, done } = await reader.read();
    if (done) return null;
    text += value;
    const parts = text.split('\n\n');
    text = parts.pop();
    for (const part of parts) {
      const data = part.split('\n').find(l => l.startsWith('data: '));
      if (part.includes('event: next') && data) onEvent(JSON.parse(data.slice(6)));
      if (part.includes('event: complete')) return null;
    }
  }
}

async function run() {
  el('stop').disabled = false;
  el('answer').textContent = '';
  const show = json => { el('answer').textContent = JSON.stringify(json, null, 2) + '\n\n' + el('answer').textContent; };
  try {
    const query = el('query').value;
    const answer = await send({ query, variables: JSON.parse(el('variables').value || '{}') }, /^\s*subscription\b/m.test(query) ? show : null);
    if (answer) show(answer);
  } catch (e) {
    if (e.name !== 'AbortError') el('answer').textContent = String(e);
  }
  el('stop').disabled = true;
}

async function describe() {
  const { data } = await send({ query: '{ __schema { queryType { ...F } mutationType { ...F } subscriptionType { ...F } } } fragment F on __Type { name fields { name description args { name type { ...T } } type { ...T } } } fragment T on __Type { name kind ofType { name kind ofType { name kind ofType { name kind } } } }' });
  const type = t => t.kind === 'NON_NULL' ? type(t.ofType) + '!' : t.kind === 'LIST' ? '[' + type(t.ofType) + ']' : t.name;
  for (const root of data ? [data.__schema.queryType, data.__schema.mutationType, data.__schema.subscriptionType] : []) {
    el('schema').append(Object.assign(document.createElement('h2'), { textContent: root.name }));
    for (const f of root.fields) {
      const args = f.args.length ? '(' + f.args.map(a => a.name + ': ' + type(a.type)).join(', ') + ')' : '';
      el('schema').append(Object.assign(document.createElement('code'), { textContent: f.name + args + ': ' + type(f.type), title: f.description || '' }));
    }
  }
}

el('run').addEventListener('click', run);
el('stop').addEventListener('click', () => running.abort());
document.addEventListener('keydown', e => { if (e.ctrlKey && e.key === 'Enter') run(); });
describe();
