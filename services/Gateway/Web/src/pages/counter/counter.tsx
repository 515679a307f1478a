import { useRef, useState } from 'preact/hooks';
import { all, api } from '../../api';
import { t } from '../../i18n';
import { Staff } from '../../staff';
import { load, save } from '../../store';
import type { Branch, Counter, Queue, User } from '../../types';
import { Failure, Loading, Page, sentence, SignOut, usePoll, useSession, useTitle } from '../../ui';
import '../../styles/counter.css';
import { Choose } from './choose';
import { Work } from './work';

export default function CounterPage() {
  return (
    <Staff role="operator">
      <Desks />
    </Staff>
  );
}

/** What does not change by the minute: which counters, queues and branches there are. */
interface House {
  counters: Counter[];
  queues: Queue[];
  branches: Branch[];
}

/** Who sits where is what the server says, so a reload ends at the same desk. */
function Desks() {
  const me = useSession()!.user.id;
  const [house, setHouse] = useState<House | null>(null);
  const [at, setAt] = useState<Counter | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [names, setNames] = useState<Record<string, string>>({});
  const known = useRef(new Set<string>());
  const began = useRef(false);
  useTitle(t('counterTitle'));

  const learnNames = async (counters: Counter[]) => {
    const ids = [...new Set(counters.map((c) => c.operatorId ?? ''))].filter((id) => id && !known.current.has(id)).slice(0, 100);
    if (ids.length === 0) return;
    const found = await api<User[]>('GET', `/api/users/by-ids?ids=${ids.join(',')}`);
    ids.forEach((id) => known.current.add(id));
    setNames((before) => ({ ...before, ...Object.fromEntries(found.map((u) => [u.id, u.name])) }));
  };
  const read = async () => {
    try {
      const [counters, queues, branches] = await Promise.all([
        all<Counter>('/api/counters'),
        all<Queue>('/api/queues'),
        all<Branch>('/api/branches'),
      ]);
      await learnNames(counters);
      setHouse({ counters, queues, branches });
      setError(null);
      if (!began.current) {
        began.current = true;
        const mine = counters.filter((c) => c.operatorId === me);
        setAt(mine.find((c) => c.id === load('desk')) ?? mine[0] ?? null);
      }
    } catch (e) {
      setError(sentence(e));
    }
  };
  usePoll(read, at ? 30_000 : 5000, [at === null, me]);

  if (!house) return <Page head={<SignOut />}>{error ? <Failure text={error} /> : <Loading />}</Page>;
  if (at)
    return (
      <Work
        key={at.id}
        counter={at}
        queues={house.queues.filter((q) => q.branchId === at.branchId)}
        elsewhere={house.queues.filter((q) => q.branchId !== at.branchId)}
        nameOf={(id) => names[id] ?? t('somebody')}
        onSeen={(counter) => void learnNames([counter]).catch(() => undefined)}
        onLeave={() => {
          setAt(null);
          void read();
        }}
      />
    );
  return (
    <Choose
      {...house}
      failure={error}
      nameOf={(id) => names[id] ?? t('somebody')}
      onMade={read}
      onSit={(counter) => {
        save('desk', counter.id);
        setAt(counter);
      }}
    />
  );
}
