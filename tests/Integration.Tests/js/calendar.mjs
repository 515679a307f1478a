// Reads calendars with a parser that is not ours, ical.js, and compares each event's instants and local hours.
// Argument: a JSON file {calendars: [{text, zone, appointments: [{id, start, end}]}]}, whose calendars have these events and no others.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import ICAL from 'ical.js';

const { calendars } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
assert.ok(calendars.length > 0);
for (const { text, zone, appointments } of calendars) {
  // What the file says of the zone, and nothing that the parser knows.
  ICAL.TimezoneService.reset();
  const calendar = new ICAL.Component(ICAL.parse(text));
  const zones = calendar.getAllSubcomponents('vtimezone').map(z => new ICAL.Timezone(z));
  assert.deepEqual(zones.map(z => z.tzid), [zone]);
  ICAL.TimezoneService.register(zones[0]);
  const wall = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });

  const events = calendar.getAllSubcomponents('vevent').map(e => new ICAL.Event(e));
  assert.deepEqual(events.map(e => e.uid).sort(), appointments.map(a => a.id + '@smartqueue').sort());
  for (const { id, start, end } of appointments) {
    const event = events.find(e => e.uid === id + '@smartqueue');
    for (const [told, wanted] of [[event.startDate, start], [event.endDate, end]]) {
      const instant = new Date(wanted);
      assert.equal(told.toJSDate().toISOString(), instant.toISOString(), `${wanted} is told as ${told.toICALString()} ${told.zone}`);
      if (told.zone.tzid !== 'UTC') {
        assert.equal(told.zone.tzid, zone);
        assert.equal(told.toString().replace('T', ' '), wall.format(instant));
      }
    }
  }
  // In UTC is only what the wall shows twice.
  const shown = [30, 60].flatMap(minutes => [minutes, -minutes]).map(minutes => minutes * 60_000);
  const twice = appointments.flatMap(a => [new Date(a.start).getTime(), new Date(a.end).getTime()]).filter(at => shown.some(s => wall.format(at + s) === wall.format(at)));
  const inUtc = events.flatMap(e => [e.startDate, e.endDate]).filter(t => t.zone.tzid === 'UTC');
  assert.deepEqual(inUtc.map(t => t.toJSDate().getTime()).sort(), twice.sort());
}
console.log('ok');
