// Uses the GraphQL interface as clients do that are not ours: the reference implementation and graphql-sse.
// Arguments: address, access token of an admin.
import assert from 'node:assert/strict';
import { buildClientSchema, getIntrospectionQuery, parse, validate, validateSchema } from 'graphql';
import { createClient } from 'graphql-sse';

const [address, token] = process.argv.slice(2);
const url = address + 'graphql';

async function ask(query, variables = {}, headers = { Authorization: 'Bearer ' + token }) {
  const answer = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify({ query, variables }) });
  return answer.json();
}

async function data(query, variables, headers) {
  const answer = await ask(query, variables, headers);
  assert.equal(answer.errors, undefined, JSON.stringify(answer.errors));
  return answer.data;
}

/** Follows a subscription: next() gives the next event, or throws after the limit. */
function follow(query, variables, headers = {}) {
  const client = createClient({ url, headers, retryAttempts: 0 });
  const events = client.iterate({ query, variables });
  return {
    async next() {
      const limit = new Promise((_, reject) => setTimeout(() => reject(new Error('nothing came: ' + query)), 20000).unref());
      const { value, done } = await Promise.race([events.next(), limit]);
      if (done) return null;
      assert.equal(value.errors, undefined, JSON.stringify(value.errors));
      return value.data;
    },
    async until(condition) {
      for (;;) {
        const event = await this.next();
        assert.notEqual(event, null, 'the stream ended: ' + query);
        if (condition(event)) return event;
      }
    },
    end() { client.dispose(); },
  };
}

// The introspection answer is a valid schema, and a client's documents validate against it.
const schema = buildClientSchema(await data(getIntrospectionQuery({ descriptions: true, directiveIsRepeatable: true })));
assert.deepEqual(validateSchema(schema), []);
const fields = type => Object.keys(type.getFields()).sort();
assert.deepEqual(fields(schema.getQueryType()), ['appointment', 'appointments', 'branch', 'branches', 'counter', 'counterStatistics', 'counters', 'getQueue', 'getQueues', 'getTicket', 'getTickets', 'getUser', 'getUsers', 'me', 'notifications', 'queueStatistics', 'slots', 'staffStatistics', 'tickets', 'users']);
assert.deepEqual(fields(schema.getMutationType()), [
  'announce', 'bookAppointment', 'breakCounter', 'callNext', 'callNextAtCounter', 'callTicket', 'cancelAppointment', 'cancelTicket',
  'changeAppointment', 'clearQueue', 'closeCounter', 'correctTicket', 'createBranch', 'createCounter', 'createQueue', 'createTicket', 'deferTicket',
  'deleteBranch', 'deleteCounter', 'login', 'openCounter', 'parkTicket', 'recallTicket', 'refresh',
  'register', 'requeueTicket', 'trackEvent', 'transferTicket', 'unparkTicket', 'updateBranch', 'updateCounter',
  'updateQueue', 'updateTicketStatus',
]);
assert.deepEqual(fields(schema.getSubscriptionType()), ['branchUpdated', 'counterUpdated', 'notificationReceived', 'queueUpdated', 'ticketUpdated']);
const overview = '{ getQueues(active: true) { id name createdAt tickets(limit: 5) { ticketNumber status queue { name } user { name } } } }';
assert.deepEqual(validate(schema, parse(overview)), []);
const figures = '{ queueStatistics(queueId: "q") { appointments { due missed noShowRate arrivals { onTime meanDelay } calledInTime booked { called waitTime { p90 } } walkIns { serviceLevel } } } }';
assert.deepEqual(validate(schema, parse(figures)), []);

// A person with an account takes a number, follows it and the queue, and is called.
const { createQueue: queue } = await data('mutation { createQueue(name: "Passports", prefix: "P", counters: [{ name: "3" }]) { id prefix version } }');
const { register: ada } = await data(
  'mutation ($email: String!) { register(name: "Ada", email: $email, password: "correct horse") { accessToken user { id } } }', { email: `ada-${Date.now()}@example.com` }, {});
const adas = { Authorization: 'Bearer ' + ada.accessToken };

const screen = follow('subscription ($id: ID!) { queueUpdated(queueId: $id) { id name currentNumber currentTicketNumber statistics { waiting } } }', { id: queue.id });
assert.deepEqual(await screen.next(), { queueUpdated: { id: queue.id, name: 'Passports', currentNumber: null, currentTicketNumber: null, statistics: { waiting: 0 } } });

const { createTicket: ticket } = await data('mutation ($id: ID!) { createTicket(queueId: $id) { id ticketNumber status trackingToken } }', { id: queue.id }, adas);
assert.deepEqual([ticket.ticketNumber, ticket.status, ticket.trackingToken], ['P-1', 'waiting', null]);
const { createTicket: guest } = await data('mutation ($id: ID!) { createTicket(queueId: $id, customerName: "Grace") { id trackingToken } }', { id: queue.id }, {});
await screen.until(e => e.queueUpdated.statistics.waiting === 2);

const phone = follow('subscription ($id: ID!, $token: String) { ticketUpdated(ticketId: $id, trackingToken: $token) { status position counter queue { name } } }', { id: guest.id, token: guest.trackingToken });
assert.deepEqual(await phone.next(), { ticketUpdated: { status: 'waiting', position: 2, counter: null, queue: { name: 'Passports' } } });
const inbox = follow('subscription { notificationReceived { template message } }', {}, adas);

const called = await data('mutation ($id: ID!) { callNext(queueId: $id, counter: "3") { id status user { id name email } } }', { id: queue.id });
assert.equal(called.callNext.id, ticket.id);
assert.equal(called.callNext.user.name, 'Ada');
await phone.until(e => e.ticketUpdated.position === 1);
await screen.until(e => e.queueUpdated.currentNumber === 1 && e.queueUpdated.currentTicketNumber === 'P-1');
assert.match((await inbox.until(e => e.notificationReceived.template === 'called')).notificationReceived.message, /P-1.*counter 3/);

await data('mutation ($id: ID!) { updateTicketStatus(id: $id, status: served) { status } }', { id: ticket.id });
assert.equal((await data('mutation ($id: ID!, $t: String) { cancelTicket(id: $id, trackingToken: $t) }', { id: guest.id, t: guest.trackingToken }, {})).cancelTicket, true);
await phone.until(e => e.ticketUpdated.status === 'cancelled');

// A counter is run by GraphQL alone.
const window = `W${Date.now()}`;
const { createCounter: counter } = await data(
  'mutation ($name: String!, $id: ID!) { createCounter(name: $name, queues: [{ queueId: $id }]) { id state rule queues { queueId rank } } }', { name: window, id: queue.id });
assert.deepEqual([counter.state, counter.rule, counter.queues], ['closed', 'oldest', [{ queueId: queue.id, rank: 1 }]]);
const desk = follow('subscription ($id: ID!) { counterUpdated(counterId: $id) { state ticketId } }', { id: counter.id }, { Authorization: 'Bearer ' + token });
assert.deepEqual(await desk.next(), { counterUpdated: { state: 'closed', ticketId: null } });
const { counters } = await data('{ counters { id name ticketId } }');
assert.deepEqual(counters.find(c => c.id === counter.id), { id: counter.id, name: window, ticketId: null });
assert.equal((await data('mutation ($id: ID!) { openCounter(id: $id) { state } }', { id: counter.id })).openCounter.state, 'open');
for (let n = 0; n < 2; n++) await data('mutation ($id: ID!) { createTicket(queueId: $id) { id } }', { id: queue.id }, {});
const { callNextAtCounter: first } = await data('mutation ($id: ID!) { callNextAtCounter(id: $id) { id status counter } }', { id: counter.id });
assert.deepEqual([first.status, first.counter], ['called', window]);
await data('mutation ($id: ID!) { recallTicket(id: $id) { recalls } parkTicket(id: $id) { status } }', { id: first.id });
const { callNextAtCounter: second } = await data('mutation ($id: ID!) { callNextAtCounter(id: $id) { id } }', { id: counter.id });
await data('mutation ($id: ID!) { unparkTicket(id: $id) { status } }', { id: first.id });
assert.equal((await data('query ($id: ID!) { counter(id: $id) { ticketId } }', { id: counter.id })).counter.ticketId, second.id);
await data('mutation ($c: ID!, $t: ID!) { callTicket(counterId: $c, ticketId: $t, complete: true) { id } }', { c: counter.id, t: first.id });
assert.equal((await data('mutation ($id: ID!) { callNextAtCounter(id: $id, complete: true) { id } }', { id: counter.id })).callNextAtCounter, null);
assert.equal((await data('mutation ($id: ID!) { closeCounter(id: $id) { state } }', { id: counter.id })).closeCounter.state, 'closed');

await desk.until(e => e.counterUpdated.state === 'closed' && e.counterUpdated.ticketId === null);

// A time is booked by a guest, moved, seen by staff and cancelled.
const { createQueue: desks } = await data('mutation { createQueue(name: "Advice", timeZone: "UTC", booking: { slotLength: 3600 }) { id } }');
const free = () => ask('query ($id: ID!) { slots(queueId: $id) { timeZone items { start left } } }', { id: desks.id }, {});
let slots = await free();
// The appointment service hears of a queue a moment after it is made.
for (const end = Date.now() + 20000; slots.errors && Date.now() < end; slots = await free()) await new Promise(r => setTimeout(r, 50));
const [one, other] = slots.data.slots.items;
const { bookAppointment: booked } = await data(
  'mutation ($id: ID!, $start: String!) { bookAppointment(queueId: $id, start: $start, customerName: "Grace") { id token code status queue { name } } }', { id: desks.id, start: one.start }, {});
assert.deepEqual([booked.status, booked.queue.name, booked.code.length], ['booked', 'Advice', 8]);
const held = { id: booked.id, token: booked.token };
const { changeAppointment: moved } = await data(
  'mutation ($id: ID!, $token: String, $start: String) { changeAppointment(id: $id, token: $token, start: $start) { start } }', { ...held, start: other.start }, {});
assert.equal(moved.start, other.start);
assert.equal((await data('query ($id: ID!, $token: String) { appointment(id: $id, token: $token) { start } }', held, {})).appointment.start, other.start);
const { appointments } = await data('query ($id: ID) { appointments(queueId: $id, status: booked) { items { id queue { name } } nextCursor } }', { id: desks.id });
assert.deepEqual(appointments, { items: [{ id: booked.id, queue: { name: 'Advice' } }], nextCursor: null });
assert.equal((await data('mutation ($id: ID!, $token: String) { cancelAppointment(id: $id, token: $token) { status } }', held, {})).cancelAppointment.status, 'cancelled');

// A branch, and those who follow it.
const { createBranch: branch } = await data('mutation { createBranch(name: "Old Town", languages: ["es"]) { id slug prefixes } }');
assert.deepEqual(branch.prefixes, []);
const place = follow('subscription ($id: ID!) { branchUpdated(branchId: $id) { name } }', { id: branch.slug });
assert.deepEqual(await place.next(), { branchUpdated: { name: 'Old Town' } });
await data('mutation ($id: ID!) { updateBranch(id: $id, name: "New Town") { name } }', { id: branch.id });
await place.until(e => e.branchUpdated.name === 'New Town');
assert.equal((await data('mutation ($id: ID!) { deleteBranch(id: $id) }', { id: branch.id })).deleteBranch, true);
assert.equal(await place.next(), null);

// A change of the definition reaches the screens, too.
await data('mutation ($id: ID!) { updateQueue(id: $id, name: "Visas") { name } }', { id: queue.id });
await screen.until(e => e.queueUpdated.name === 'Visas');

// Refusals carry the codes of the API.
const code = answer => answer.errors[0].extensions.code;
assert.equal(code(await ask('{ me { id } }', {}, {})), 'UNAUTHENTICATED');
assert.equal(code(await ask('{ getUsers { id } }', {}, adas)), 'FORBIDDEN');
assert.equal(code(await ask('mutation { callNext(queueId: "x", counter: "1") { id } }', {}, adas)), 'FORBIDDEN');
assert.equal(code(await ask('mutation { createTicket(queueId: "nowhere") { id } }', {}, {})), 'QUEUE_NOT_FOUND');
const wrong = await ask('mutation { createQueue(name: "") { id } }');
assert.equal(code(wrong), 'VALIDATION_FAILED');
assert.ok(wrong.errors[0].extensions.errors.name);
await assert.rejects(async () => {
  const stranger = follow('subscription ($id: ID!) { ticketUpdated(ticketId: $id, trackingToken: "no") { status } }', { id: guest.id });
  try { await stranger.next(); } finally { stranger.end(); }
}, /TICKET_NOT_FOUND/);

for (const stream of [screen, phone, inbox, desk, place]) stream.end();
console.log('ok');
process.exit(0);
