// Uses the push interface with the official client. Arguments: address to follow on, address to act on, access token of an admin.
import assert from 'node:assert/strict';
import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';

const [follows, acts, token] = process.argv.slice(2);

async function call(method, path, body, headers = { Authorization: 'Bearer ' + token }) {
  const answer = await fetch(acts + path, { method, headers: { 'Content-Type': 'application/json', ...headers }, body: body && JSON.stringify(body) });
  assert.ok(answer.ok, `${method} ${path} answered ${answer.status}`);
  return answer.json();
}

const heard = [];
function connect(transport, options = {}) {
  const connection = new HubConnectionBuilder().withUrl(follows + 'hubs/queue', { transport, ...options }).configureLogging(LogLevel.Error).build();
  for (const message of ['queue:updated', 'ticket:updated', 'ticket:called', 'queue:announcement', 'notification']) {
    connection.on(message, body => { heard.push({ message, body }); });
  }
  return connection;
}

async function hears(message, condition) {
  const limit = Date.now() + 20000;
  for (;;) {
    const found = heard.find(h => h.message === message && condition(h.body));
    if (found) return found.body;
    assert.ok(Date.now() < limit, `never heard ${message}, but ${JSON.stringify(heard)}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

for (const transport of [HttpTransportType.WebSockets, HttpTransportType.ServerSentEvents, HttpTransportType.LongPolling]) {
  const queue = await call('POST', 'api/queues', { name: 'Passports' });
  const ticket = await call('POST', 'api/tickets', { queueId: queue.id }, {});
  let connection = connect(transport);
  await connection.start();
  await connection.invoke('JoinQueue', queue.id);
  await hears('queue:updated', b => b.queueId === queue.id);
  await connection.invoke('TrackTicket', ticket.id, ticket.trackingToken);
  await hears('ticket:updated', b => b.id === ticket.id && b.position === 1);
  await assert.rejects(connection.invoke('TrackTicket', ticket.id, 'not the token'), /TICKET_NOT_FOUND/);

  await call('POST', `api/queues/${queue.id}/call-next`, { counter: '3' });
  const calledTo = await hears('ticket:called', b => b.ticketId === ticket.id);
  assert.equal(calledTo.counter, '3');
  await hears('queue:updated', b => b.queueId === queue.id && b.currentTicketNumber === ticket.ticketNumber);
  await hears('ticket:updated', b => b.id === ticket.id && b.status === 'called');
  await call('POST', `api/queues/${queue.id}/announce`, { message: 'Counter 4 opens' });
  await hears('queue:announcement', b => b.queueId === queue.id && b.message === 'Counter 4 opens');
  await connection.stop();

  // Who may read a ticket by their account needs no token, and leaves it out.
  heard.length = 0;
  connection = connect(transport, { accessTokenFactory: () => token });
  await connection.start();
  await connection.invoke('TrackTicket', ticket.id);
  await hears('ticket:updated', b => b.id === ticket.id && b.status === 'called');
  await connection.stop();

  // Whoever comes back gets the present state first, with what happened meanwhile.
  await call('PUT', `api/tickets/${ticket.id}`, { status: 'served' });
  heard.length = 0;
  connection = connect(transport);
  await connection.start();
  await connection.invoke('JoinQueue', queue.id);
  assert.equal(heard[0]?.message ?? (await hears('queue:updated', () => true), heard[0].message), 'queue:updated');
  await hears('queue:announcement', b => b.message === 'Counter 4 opens');
  await connection.invoke('TrackTicket', ticket.id, ticket.trackingToken);
  await hears('ticket:updated', b => b.id === ticket.id && b.status === 'served');
  await connection.stop();
}

console.log('ok');
process.exit(0);
