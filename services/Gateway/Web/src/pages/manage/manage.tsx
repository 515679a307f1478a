import type { ComponentType } from 'preact';
import { useState } from 'preact/hooks';
import { all } from '../../api';
import { type Key, t } from '../../i18n';
import { navigate } from '../../navigate';
import type { Branch, Queue } from '../../types';
import { Staff } from '../../staff';
import { Failure, Loading, may, Page, sentence, SignOut, usePoll, useSession, useTitle } from '../../ui';
import { Appointments } from './appointments';
import { Branches } from './branches';
import { Counters } from './counters';
import { History } from './history';
import { Messages } from './messages';
import { People } from './people';
import { Poster } from './poster';
import { Queues } from './queues';
import type { SectionProps } from './section';
import { Texts } from './texts';
import { Today } from './today';
import '../../styles/manage.css';

const sections: Record<string, { title: Key; View: ComponentType<SectionProps>; admin?: boolean }> = {
  '': { title: 'today', View: Today },
  history: { title: 'history', View: History },
  appointments: { title: 'appointments', View: Appointments },
  queues: { title: 'queues', View: Queues },
  counters: { title: 'counters', View: Counters },
  branches: { title: 'branches', View: Branches },
  people: { title: 'people', View: People, admin: true },
  messages: { title: 'messages', View: Messages },
  texts: { title: 'texts', View: Texts, admin: true },
};

export default function ManagePage({ id }: { id: string }) {
  return (
    <Staff role="operator">
      <Manage path={id} />
    </Staff>
  );
}

function Manage({ path }: { path: string }) {
  const session = useSession();
  const admin = may(session?.user, 'admin');
  const bound = session?.user.branchIds;
  const [queues, setQueues] = useState<Queue[] | null>(null);
  const [branches, setBranches] = useState<Branch[]>([]);
  const [error, setError] = useState<string | null>(null);
  const [name, argument] = path.split('/');
  const section = sections[name] ?? sections[''];
  useTitle(t(section.title));
  const reload = async () => {
    try {
      const [everyQueue, everyBranch] = await Promise.all([all<Queue>('/api/queues'), all<Branch>('/api/branches')]);
      const mine = (id: string) => !bound || bound.includes(id);
      setBranches(everyBranch.filter((b) => mine(b.id)));
      setQueues(everyQueue.filter((q) => mine(q.branchId)));
      setError(null);
    } catch (e) {
      setError(sentence(e));
    }
  };
  usePoll(reload, 15_000, []);

  const poster = name === 'poster' ? queues?.find((q) => q.id === argument) : undefined;
  if (poster) return <Poster queue={poster} />;
  return (
    <Page wide head={<SignOut />}>
      <nav class="tabs" aria-label={t('manageTitle')}>
        {Object.entries(sections)
          .filter(([, s]) => admin || !s.admin)
          .map(([key, s]) => (
            <a
              key={key}
              href={`/manage${key && `/${key}`}`}
              aria-current={s === section ? 'page' : undefined}
              onClick={(e) => {
                if (e.ctrlKey || e.metaKey || e.shiftKey) return;
                e.preventDefault();
                navigate(`/manage${key && `/${key}`}`);
              }}
            >
              {t(s.title)}
            </a>
          ))}
      </nav>
      <h1>{t(section.title)}</h1>
      <Failure text={error} />
      {queues ? (
        section.admin && !admin ? (
          <p>{t('errorForbidden')}</p>
        ) : (
          <section.View queues={queues} branches={branches} admin={admin} reload={reload} />
        )
      ) : (
        !error && <Loading />
      )}
    </Page>
  );
}
