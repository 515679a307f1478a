import { useRef, useState } from 'preact/hooks';
import { all, serverNow } from '../../api';
import { BranchField, startBranch } from '../../branch';
import { dateIn, hourIn, isoDayIn } from '../../format';
import { type Key, t } from '../../i18n';
import type { Appointment, Queue } from '../../types';
import { Failure, Field, Loading, sentence, usePoll } from '../../ui';
import { momentOf } from './clock';
import { Feeds } from './feeds';
import type { SectionProps } from './section';
import { Table } from './table';

const POLL = 30_000;
const DAY = 24 * 60 * 60 * 1000;
const VIEWS = { day: 'viewDay', week: 'viewWeek', outside: 'viewOutside' } satisfies Record<string, Key>;

type View = keyof typeof VIEWS;

const shift = (date: string, days: number) => new Date(Date.parse(`${date}T00:00Z`) + days * DAY).toISOString().slice(0, date.length);
const mondayOf = (date: string) => shift(date, -((new Date(`${date}T00:00Z`).getUTCDay() + 6) % 7));

/** Who comes to a branch: on a day, in a week, or whose time changed hours no longer have. */
export function Appointments({ queues, branches }: SectionProps) {
  const [branchId, setBranch] = useState(startBranch(branches));
  const [queueId, setQueue] = useState('');
  const [view, setView] = useState<View>('day');
  const zone = branches.find((b) => b.id === branchId)?.timeZone ?? 'UTC';
  const [date, setDate] = useState(isoDayIn(zone, serverNow()));
  const offered = queues.filter((q) => q.branchId === branchId && (q.booking || q.id === queueId));
  const first = view === 'week' ? mondayOf(date) : date;
  const length = view === 'week' ? 7 : 1;
  const range =
    view === 'outside'
      ? 'outsideHours=true'
      : `from=${momentOf(zone, `${first}T00:00`)}&to=${momentOf(zone, `${shift(first, length)}T00:00`)}`;
  const { appointments, error } = useAppointments(`/api/appointments?branchId=${branchId}${queueId && `&queueId=${queueId}`}&${range}`);
  const days = new Map<string, Appointment[]>();
  for (const a of appointments ?? []) {
    const day = isoDayIn(a.timeZone, a.start);
    days.set(day, [...(days.get(day) ?? []), a]);
  }
  return (
    <>
      <div class="row filters">
        <BranchField
          branches={branches}
          value={branchId}
          onChange={(id) => {
            setBranch(id);
            setQueue('');
          }}
        />
        <label class="field">
          <span>{t('queue')}</span>
          <select value={queueId} onChange={(e) => setQueue(e.currentTarget.value)}>
            <option value="">{t('allQueues')}</option>
            {offered.map((q) => (
              <option key={q.id} value={q.id}>
                {q.name}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>{t('viewOf')}</span>
          <select value={view} onChange={(e) => setView(e.currentTarget.value as View)}>
            {Object.entries(VIEWS).map(([name, label]) => (
              <option key={name} value={name}>
                {t(label)}
              </option>
            ))}
          </select>
        </label>
        {view !== 'outside' && (
          <>
            <Field
              label={t('day')}
              type="date"
              required
              value={date}
              onInput={(e) => e.currentTarget.value && setDate(e.currentTarget.value)}
            />
            <button type="button" onClick={() => setDate(shift(date, -length))}>
              {t('dayBefore')}
            </button>
            <button type="button" onClick={() => setDate(shift(date, length))}>
              {t('dayAfter')}
            </button>
          </>
        )}
        <button type="button" onClick={() => print()}>
          {t('print')}
        </button>
      </div>
      <Failure text={error} />
      {!appointments && !error && <Loading />}
      {appointments?.length === 0 && (
        <p class="muted" role="status">
          {t('noAppointments')}
        </p>
      )}
      {[...days].map(([day, those]) => (
        <section key={day} class="stack day">
          <h2>{dateIn(those[0].timeZone, those[0].start)}</h2>
          <Table
            name={dateIn(those[0].timeZone, those[0].start)}
            heads={[t('when'), t('name'), t('queue'), t('contactOf'), t('note'), t('state'), t('came')]}
          >
            {those.map((a) => (
              <Row key={a.id} appointment={a} queue={queues.find((q) => q.id === a.queueId)} />
            ))}
          </Table>
        </section>
      ))}
      <Feeds branchId={branchId} queues={offered} />
    </>
  );
}

function Row({ appointment: a, queue }: { appointment: Appointment; queue: Queue | undefined }) {
  const came = a.arrivedAt;
  const late = came ? Math.floor((Date.parse(came) - Date.parse(a.start)) / 60_000) : 0;
  return (
    <tr>
      <td>
        {hourIn(a.timeZone, a.start)}–{hourIn(a.timeZone, a.end)}
      </td>
      <th scope="row">
        <a href={`/a/${a.id}`}>{a.customerName ?? '–'}</a>
      </th>
      <td>{queue?.name}</td>
      <td>{[a.phone, a.email].filter(Boolean).join(' · ')}</td>
      <td dir="auto">{a.notes}</td>
      <td>
        {t(`appointment_${a.status}` as Key)} {a.outsideHours && <span class="badge">{t('outsideHours')}</span>}
      </td>
      <td>{came && (late > 0 ? t('cameLate', { time: hourIn(a.timeZone, came), n: late }) : hourIn(a.timeZone, came))}</td>
    </tr>
  );
}

/** All that an address lists, read again now and then. */
function useAppointments(path: string) {
  const [found, setFound] = useState<{ path: string; items: Appointment[] } | null>(null);
  const [error, setError] = useState<string | null>(null);
  const latest = useRef(path);
  latest.current = path;
  usePoll(
    async () => {
      try {
        const items = await all<Appointment>(path);
        if (path !== latest.current) return;
        setFound({ path, items });
        setError(null);
      } catch (e) {
        if (path === latest.current) setError(sentence(e));
      }
    },
    POLL,
    [path],
  );
  return { appointments: found?.path === path ? found.items : null, error };
}
