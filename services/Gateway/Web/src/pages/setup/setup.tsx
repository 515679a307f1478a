import { useEffect, useState } from 'preact/hooks';
import { all, signIn } from '../../api';
import { t } from '../../i18n';
import { Staff } from '../../staff';
import type { Branch, Queue } from '../../types';
import { Failure, Loading, Page, sentence, SignOut, useSession, useTitle } from '../../ui';
import { forgetLinkToken, linkToken } from '../account/link';
import { Owner } from './owner';
import { Place } from './place';
import { Sheets } from './sheets';
import '../../styles/setup.css';

/** The first run: from the link that the server prints, to sheets on the wall. Who has no link signs in as an administrator. */
export default function Setup() {
  const [token, setToken] = useState(linkToken);
  const session = useSession();
  useTitle(t('setupTitle'));
  if (token && !session) {
    return (
      <Page>
        <Owner
          token={token}
          onDone={async (email, password) => {
            await signIn(email, password);
            forgetLinkToken();
            setToken('');
          }}
        />
      </Page>
    );
  }
  return (
    <Staff role="admin">
      <Steps />
    </Staff>
  );
}

/** As far as it is set up. */
function Steps() {
  const [place, setPlace] = useState<{ branch: Branch; queues: Queue[] } | null>(null);
  const [error, setError] = useState<string | null>(null);
  const read = async () => {
    try {
      const [branches, queues] = await Promise.all([all<Branch>('/api/branches'), all<Queue>('/api/queues')]);
      // The first start makes one; it is the last of the list.
      setPlace({ branch: branches[branches.length - 1], queues });
      setError(null);
    } catch (e) {
      setError(sentence(e));
    }
  };
  useEffect(() => void read(), []);
  if (!place) return <Page head={<SignOut />}>{error ? <Failure text={error} /> : <Loading />}</Page>;
  return place.queues.length ? <Sheets branch={place.branch} queues={place.queues} /> : <Place branch={place.branch} onDone={read} />;
}
