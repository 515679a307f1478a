import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { signIn } from './api';
import { t } from './i18n';
import { Failure, Field, may, Page, SignOut, useSession, useTask, useTitle } from './ui';

/** What is inside is only for staff; others see the door. */
export function Staff({ role, children }: { role: 'operator' | 'admin'; children: ComponentChildren }) {
  const user = useSession()?.user;
  return (
    <SignedIn text={t('signInText')}>
      {may(user, role) ? (
        children
      ) : (
        <Page head={<SignOut />}>
          <h1>{t('notForYou')}</h1>
          <p>{t('notForYouText', { name: user?.name ?? '' })}</p>
        </Page>
      )}
    </SignedIn>
  );
}

/** What is inside is only for who is signed in. */
export function SignedIn({ text, children }: { text: string; children: ComponentChildren }) {
  return useSession() ? <>{children}</> : <SignInPage text={text} />;
}

function SignInPage({ text }: { text: string }) {
  const task = useTask();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  useTitle(t('signIn'));
  return (
    <Page>
      <form
        class="card stack"
        onSubmit={(e) => {
          e.preventDefault();
          void task.run(() => signIn(email, password));
        }}
      >
        <h1>{t('signIn')}</h1>
        <p class="muted">{text}</p>
        <Failure text={task.error} />
        <Field
          label={t('email')}
          type="email"
          autocomplete="username"
          required
          value={email}
          onInput={(e) => setEmail(e.currentTarget.value)}
        />
        <Field
          label={t('password')}
          type="password"
          autocomplete="current-password"
          required
          value={password}
          onInput={(e) => setPassword(e.currentTarget.value)}
        />
        <button class="primary" disabled={task.busy}>
          {t('signIn')}
        </button>
        <p>
          <a href="/reset">{t('forgotten')}</a>
        </p>
      </form>
    </Page>
  );
}
